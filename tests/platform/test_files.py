import asyncio
import os
import tempfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from reskontro.platform.clock import real_now
from reskontro.platform.files import DamagedFileError, FileStore, digest_of, place

CONTENT = b"%PDF-1.4\n"
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "bucket"])
def files(request, tmp_path):
    return FileStore.open(tmp_path) if request.param == "folder" else FileStore(MemoryStore(), None)


async def everything(files):
    return [found async for found in files.everything()]


async def test_bytes_are_kept_by_client_and_digest(files):
    await files.put(2218, DIGEST, CONTENT)
    assert await files.get(2218, DIGEST) == CONTENT
    (found,) = await everything(files)
    assert (found.client_no, found.sha256) == (2218, DIGEST)
    assert abs(found.written - real_now()) < timedelta(minutes=1)
    with pytest.raises(FileNotFoundError):
        await files.get(9001, DIGEST)


async def test_the_same_bytes_again_are_the_same_file(files):
    await asyncio.gather(*(files.put(2218, DIGEST, CONTENT) for _ in range(8)))
    assert len(await everything(files)) == 1
    assert await files.get(2218, DIGEST) == CONTENT


async def test_removed_bytes_are_gone_however_often(files):
    await files.put(2218, DIGEST, CONTENT)
    await files.remove(2218, DIGEST)
    await files.remove(2218, DIGEST)
    assert await everything(files) == []


async def test_file_and_folders_are_synchronised_in_order_before_put_returns(tmp_path, monkeypatch):
    files = FileStore.open(tmp_path)
    root = tmp_path / "files"
    synchronised = []
    real = os.fsync

    def fsync(handle):
        path = Path(f"/proc/self/fd/{handle}").readlink()
        synchronised.append(path)
        if path.is_file():
            assert path.read_bytes() == CONTENT, "the bytes stand under their final name"
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    await files.put(2218, DIGEST, CONTENT)
    file = root / place(2218, DIGEST)
    assert synchronised == [file, file.parent, file.parent.parent, root]


async def test_what_a_loss_of_power_left_behind_is_written_anew(tmp_path):
    files = FileStore.open(tmp_path)
    await files.put(2218, DIGEST, CONTENT)
    (tmp_path / "files" / place(2218, DIGEST)).write_bytes(b"")
    with pytest.raises(DamagedFileError):
        await files.get(2218, DIGEST)
    await files.put(2218, DIGEST, CONTENT)
    assert await files.get(2218, DIGEST) == CONTENT


async def test_a_failed_write_is_told(tmp_path, monkeypatch):
    files = FileStore.open(tmp_path)

    def fsync(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        await files.put(2218, DIGEST, CONTENT)


def test_the_folder_is_private(tmp_path):
    FileStore.open(tmp_path / "deep" / "data")
    assert (tmp_path / "deep" / "data" / "files").stat().st_mode & 0o777 == 0o700


async def test_a_url_may_name_a_folder_or_a_bucket(tmp_path):
    files = FileStore.open(tmp_path / "unused", f"file://{tmp_path}/with%20space")
    await files.put(1, DIGEST, CONTENT)
    assert (tmp_path / "with space" / place(1, DIGEST)).read_bytes() == CONTENT
    assert not (tmp_path / "unused").exists()
    assert await FileStore.open(tmp_path, "memory:///").remove(1, DIGEST) is None


@pytest.mark.parametrize("digest", ["../../etc/passwd", DIGEST.upper(), DIGEST[:-1], ""])
def test_nothing_but_a_digest_names_a_place(digest):
    with pytest.raises(AssertionError):
        place(2218, digest)


async def test_what_is_not_ours_in_the_folder_is_not_listed(tmp_path):
    files = FileStore.open(tmp_path)
    (tmp_path / "files" / "README").write_text("x")
    assert await everything(files) == []


async def test_an_open_file_is_kept_as_its_bytes_are_however_often_it_was_read(files):
    content = os.urandom(12 * 1024 * 1024)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        digest = digest_of(file)
        assert digest == digest_of(content)
        for _ in range(2):
            await files.put(1, digest, file)
    assert await files.get(1, digest) == content
