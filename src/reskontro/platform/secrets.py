"""Encryption of single fields with a key that lies outside the database.

The key is the setting `RESKONTRO_FIELD_KEY` (32 bytes as 64 hexadecimal digits or as base64), or else a generated file
in the data folder. Several processes that share a database need the same key. To change it, put the new one first and
keep the old one after a comma: the first encrypts, every one decrypts, and the last makes fingerprints.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reskontro.platform.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
MARK_BYTES = 4  # names the key that encrypted
FORM = b"\x01"

_HEX = re.compile(r"[0-9a-fA-F]{64}")


class FieldKeyUnusable(Exception):  # noqa: N818 - it says what happened
    """The key is missing, malformed, or not the one that encrypted; the text says what to do."""


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"reskontro " + purpose).derive(key)


class _Key:
    """One key with what is derived from it."""

    __slots__ = ("blind", "box", "mark")

    def __init__(self, key: bytes) -> None:
        self.box = AESGCM(_derived(key, b"encryption"))
        self.blind = _derived(key, b"fingerprint")
        self.mark = _derived(key, b"name")[:MARK_BYTES]


class FieldCipher:
    """Encrypts (AES-256-GCM, a random nonce each time), decrypts, and makes fingerprints that can be looked up."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Sequence[bytes]) -> None:
        assert keys, "one key at least"
        assert all(len(key) == KEY_BYTES for key in keys), "a key has 32 bytes"
        self._keys = tuple(_Key(key) for key in keys)

    @classmethod
    def from_settings(cls, settings: Settings) -> "FieldCipher":
        """The cipher of this installation; makes the key's file where there is neither setting nor file."""
        if settings.field_key:
            return cls([parse_key(part) for part in settings.field_key.split(",")])
        return cls([key_of_file(settings.data_folder / "keys" / "field.key")])

    def encrypt(self, plain: bytes, context: bytes) -> bytes:
        """The encrypted bytes. They can be decrypted in the same context only, such as a table, column and key."""
        key = self._keys[0]
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORM + key.mark + nonce + key.box.encrypt(nonce, plain, context)

    def decrypt(self, encrypted: bytes, context: bytes) -> bytes:
        """The plain bytes; raises FieldKeyUnusable where no key of this process fits or the bytes were changed."""
        start = len(FORM) + MARK_BYTES
        mark, nonce, rest = (
            encrypted[len(FORM) : start],
            encrypted[start : start + NONCE_BYTES],
            encrypted[start + 12 :],
        )
        for key in self._keys:
            if encrypted[: len(FORM)] == FORM and hmac.compare_digest(key.mark, mark) and len(nonce) == NONCE_BYTES:
                try:
                    return key.box.decrypt(nonce, rest, context)
                except InvalidTag:
                    raise FieldKeyUnusable("An encrypted field was changed or stands in another place") from None
        raise FieldKeyUnusable("The field was encrypted with another key; set RESKONTRO_FIELD_KEY to that one too")

    def fingerprint(self, plain: bytes) -> bytes:
        """32 bytes that are the same for the same plain bytes and say nothing about them without the key."""
        return hmac.digest(self._keys[-1].blind, plain, hashlib.sha256)


def parse_key(text: str, setting: str = "RESKONTRO_FIELD_KEY") -> bytes:
    """The 32 bytes of a key as text; raises FieldKeyUnusable, whose text names the setting."""
    text = text.strip()
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise FieldKeyUnusable(f"{setting} is 32 bytes as 64 hexadecimal digits or as base64")
    return key


def key_of_file(path: Path) -> bytes:
    """The key in a file of mode 600, made where there is none; of several processes that make it, one wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    if path.stat().st_mode & 0o077:
        raise FieldKeyUnusable(f"Others can read {path}; run chmod 600 on it")
    return parse_key(path.read_text(encoding="ascii"))
