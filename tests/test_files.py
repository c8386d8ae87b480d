"""Files are written whole, also where a drive refuses to flush its folders."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from stepwise_ssl import _files
from stepwise_ssl._files import write_whole


def refuse_fsync(monkeypatch: pytest.MonkeyPatch, code: int, *, of_folders: bool) -> None:
    """os.fsync fails as on such a drive: of folders alone, or of files alone."""
    true = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode) == of_folders:
            raise OSError(code, os.strerror(code))
        true(handle)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EIO])
def test_a_drive_that_cannot_flush_a_folder_is_written_to(tmp_path, monkeypatch, code) -> None:
    refuse_fsync(monkeypatch, code, of_folders=True)
    write_whole(tmp_path / "run.json", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
    assert (tmp_path / "run.json").read_bytes() == b"new"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_file_that_cannot_be_flushed_is_an_error_and_leaves_the_old_one(
    tmp_path, monkeypatch, code
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b"old")
    refuse_fsync(monkeypatch, code, of_folders=False)
    with pytest.raises(OSError, match=os.strerror(code)):
        write_whole(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("run.json", b"old")]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_a_flush_is_written_to(tmp_path, monkeypatch, code) -> None:
    (tmp_path / "run.json").write_bytes(b"old")
    refuse_fsync(monkeypatch, code, of_folders=False)
    write_whole(tmp_path / "run.json", b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("run.json", b"new")]


def test_a_folder_that_cannot_be_opened_is_written_to(tmp_path, monkeypatch) -> None:
    true = os.open

    def refuse(path, flags, *rest, **options):
        if flags == os.O_DIRECTORY:
            raise PermissionError(errno.EACCES, "no", str(path))
        return true(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    write_whole(tmp_path / "a", b"1")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_system_without_folders_to_flush_is_written_to(tmp_path, monkeypatch) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY")
    write_whole(tmp_path / "a", b"1")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_what_another_process_has_begun_is_left_alone(tmp_path) -> None:
    other = tmp_path / f"a.{os.getpid() + 1}.part"
    other.write_bytes(b"half")
    write_whole(tmp_path / "a", b"1")
    assert other.read_bytes() == b"half"


def test_an_interrupted_write_leaves_nothing(tmp_path, monkeypatch) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", b"1")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(IsADirectoryError, match=r"stands a folder.*run\.json"):
        write_whole(tmp_path / "run.json", b"1")
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_a_read_only_file_is_not_replaced(tmp_path, monkeypatch) -> None:
    (tmp_path / "run.json").write_bytes(b"kept")
    # The tests may run as root, to whom no file is read-only.
    monkeypatch.setattr(_files.os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match=r"read-only file.*run\.json"):
        write_whole(tmp_path / "run.json", b"1")
    assert (tmp_path / "run.json").read_bytes() == b"kept"
