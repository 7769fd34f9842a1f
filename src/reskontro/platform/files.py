"""Bytes that are kept: a store addressed by client and content.

A file's place is its client's number and its SHA-256, so the same bytes are kept once for a client and never change. By
default they lie in a folder; `RESKONTRO_FILES_URL` names a bucket of S3, GCS or Azure instead. The library's write
into a folder is atomic but calls fsync nowhere: file and folders are synchronised here before `put` returns, so that a
row that names the bytes can be written afterwards and is never without them.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, ObjectStore, from_url

PLACE = re.compile(r"([0-9]{1,6})/[0-9a-f]{2}/([0-9a-f]{64})", re.ASCII)
FOLDER_MODE = 0o700
READ_AT_ONCE = 1024 * 1024  # bytes


class DamagedFileError(Exception):
    """The bytes are not those that were stored."""


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """What lies in the store: whose it is, its SHA-256, when it was last written (real time)."""

    client_no: int
    sha256: str
    written: datetime


class FileStore:
    """The store of this installation. `folder` is where it lies on this machine, None for a bucket."""

    def __init__(self, store: ObjectStore, folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def open(cls, data_folder: Path, url: str | None = None) -> "FileStore":
        """The store at a URL, or else the folder `files` in the data folder, which is made."""
        parts = urlsplit(url or "")
        if url and parts.scheme != "file":
            return cls(from_url(url), None)
        folder = Path(unquote(parts.path)) if url else data_folder / "files"
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        return cls(LocalStore(folder), folder.resolve())

    async def put(self, client_no: int, digest: str, content: bytes | BinaryIO) -> None:
        """Keep bytes, or those of an open file, by their SHA-256. When this returns they survive a loss of power.

        Bytes that are there are written again: what an earlier write left behind when the power went is not trusted.
        """
        path = place(client_no, digest)
        if not isinstance(content, bytes):
            content.seek(0)
        if self._folder is None:
            await self._store.put_async(path, content)
        else:
            await asyncio.to_thread(self._put_durably, self._folder, path, content)

    def _put_durably(self, folder: Path, path: str, content: bytes | BinaryIO) -> None:
        self._store.put(path, content)
        file = folder / path
        _synchronise(file)
        for parent in file.parents:
            _synchronise(parent)
            if parent == folder:
                return

    async def get(self, client_no: int, digest: str) -> bytes:
        """The bytes; raises FileNotFoundError, and DamagedFileError for others than were stored."""
        found = await self._store.get_async(place(client_no, digest))
        content = bytes(await found.bytes_async())
        if await asyncio.to_thread(digest_of, content) != digest:
            raise DamagedFileError(f"{place(client_no, digest)} does not hold what its name says")
        return content

    async def remove(self, client_no: int, digest: str) -> None:
        """Remove the bytes; bytes that are not there are removed."""
        try:
            await self._store.delete_async(place(client_no, digest))
        except FileNotFoundError:
            return

    async def everything(self) -> AsyncIterator[StoredBytes]:
        """All that lies in the store, in no order."""
        async for page in self._store.list():
            for found in page:
                match = PLACE.fullmatch(found["path"])
                if match is not None:
                    yield StoredBytes(int(match[1]), match[2], found["last_modified"])


def place(client_no: int, digest: str) -> str:
    """Where bytes lie: `2218/1f/1f71fba7…`."""
    path = f"{client_no:d}/{digest[:2]}/{digest}"
    assert PLACE.fullmatch(path), "a digest is 64 hexadecimal digits"
    return path


def digest_of(content: bytes | BinaryIO) -> str:
    """The SHA-256 of bytes, or of those of an open file, as lower-case hexadecimal digits."""
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    content.seek(0)
    digest = sha256()
    while piece := content.read(READ_AT_ONCE):
        digest.update(piece)
    return digest.hexdigest()


def _synchronise(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
