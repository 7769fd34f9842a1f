"""Signatures that others can check: Ed25519 (RFC 8032), with a key that lies outside the database.

The key is the setting `RESKONTRO_SEAL_KEY` (32 bytes as 64 hexadecimal digits or as base64), or else a generated file
in the data folder. Several workers that share a database need the same one.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reskontro.platform.secrets import key_of_file, parse_key
from reskontro.platform.settings import Settings

KEY_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs. `key_id` is made from its public half, which is 32 bytes."""

    key_id: str
    public_key: bytes
    _private_key: Ed25519PrivateKey

    @classmethod
    def from_settings(cls, settings: Settings) -> "Signer":
        """The key of this installation; makes its file where there is neither setting nor file."""
        if settings.seal_key:
            return cls.of(parse_key(settings.seal_key, "RESKONTRO_SEAL_KEY"))
        return cls.of(key_of_file(settings.data_folder / "keys" / "seal.key"))

    @classmethod
    def of(cls, private_key: bytes) -> "Signer":
        """The key whose private half is these 32 bytes."""
        key = Ed25519PrivateKey.from_private_bytes(private_key)
        public_key = key.public_key().public_bytes_raw()
        return cls(key_id_of(public_key), public_key, key)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._private_key.sign(message)


def key_id_of(public_key: bytes) -> str:
    """What a public key is called: the first 8 bytes of its SHA-256, as hexadecimal digits."""
    return hashlib.sha256(public_key).hexdigest()[: 2 * KEY_ID_BYTES]


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is that key's under that message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
