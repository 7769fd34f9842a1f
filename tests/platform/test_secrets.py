import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from reskontro.platform.secrets import FieldCipher, FieldKeyUnusable, parse_key
from reskontro.platform.settings import Settings

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_field_comes_back_in_its_context_only():
    cipher = FieldCipher([OLD])
    encrypted = cipher.encrypt(b"01019012345", b"customer.ssn 2218")
    assert b"01019012345" not in encrypted
    assert encrypted != cipher.encrypt(b"01019012345", b"customer.ssn 2218")
    assert cipher.decrypt(encrypted, b"customer.ssn 2218") == b"01019012345"
    with pytest.raises(FieldKeyUnusable):
        cipher.decrypt(encrypted, b"customer.ssn 9001")


@pytest.mark.parametrize("cut", [0, 1, 4, 5, 16, 17, -1])
def test_a_shortened_field_is_refused(cut):
    cipher = FieldCipher([OLD])
    with pytest.raises(FieldKeyUnusable):
        cipher.decrypt(cipher.encrypt(b"x", b"")[:cut], b"")


def test_a_changed_field_is_refused():
    cipher = FieldCipher([OLD])
    encrypted = bytearray(cipher.encrypt(b"x", b""))
    encrypted[-1] ^= 1
    with pytest.raises(FieldKeyUnusable):
        cipher.decrypt(bytes(encrypted), b"")


def test_a_new_key_encrypts_while_the_old_one_still_decrypts_and_makes_fingerprints():
    before, between, after = FieldCipher([OLD]), FieldCipher([NEW, OLD]), FieldCipher([NEW])
    encrypted = before.encrypt(b"x", b"")
    assert between.decrypt(encrypted, b"") == b"x"
    assert after.decrypt(between.encrypt(b"x", b""), b"") == b"x"
    assert between.fingerprint(b"x") == before.fingerprint(b"x")
    assert len(between.fingerprint(b"x")) == 32
    with pytest.raises(FieldKeyUnusable):
        after.decrypt(encrypted, b"")


def test_a_key_is_read_as_hexadecimal_or_base64():
    key = bytes(range(32))
    assert parse_key(key.hex()) == parse_key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") == key
    for bad in ("", "short", "g" * 64, key.hex()[:-2]):
        with pytest.raises(FieldKeyUnusable):
            parse_key(bad)


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path):
    settings = Settings(data=tmp_path, field_key=None)
    with ThreadPoolExecutor(4) as threads:
        ciphers = list(threads.map(lambda _: FieldCipher.from_settings(settings), range(8)))
    assert len({cipher.fingerprint(b"x") for cipher in ciphers}) == 1
    file = tmp_path / "keys" / "field.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    settings = Settings(data=tmp_path, field_key=None)
    FieldCipher.from_settings(settings)
    (tmp_path / "keys" / "field.key").chmod(0o640)
    with pytest.raises(FieldKeyUnusable):
        FieldCipher.from_settings(settings)


def test_the_setting_wins_over_the_file(tmp_path):
    cipher = FieldCipher.from_settings(Settings(data=tmp_path, field_key=f"{NEW.hex()},{OLD.hex()}"))
    assert cipher.fingerprint(b"x") == FieldCipher([OLD]).fingerprint(b"x")
    assert not (tmp_path / "keys").exists()
