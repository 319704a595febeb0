"""Atomic writes: a file or folder is complete or absent, even if the process dies.

It is written into a temporary folder beside it, whose process holds a lock. The next write into the
same folder deletes the temporary folders of processes that died.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from tinwatch.terminal.messages import UsageError, gettext

PART_SUFFIX = ".tinwatch-part"  # of temporary folders


def write_whole(file: Path, text: str) -> None:
    """Replace a file atomically. Raise UsageError as check_file() does; raise OSError."""
    check_file(file)
    with fresh_file(file) as part:
        part.write_bytes(text.encode("utf-8", "replace"))


def check_file(file: Path) -> None:
    """Raise UsageError if the folder of a file does not exist, or if it is a folder itself."""
    if not file.absolute().parent.is_dir():
        raise UsageError(
            gettext("there is no folder {folder}: create it first", folder=file.parent)
        )
    if file.is_dir():
        raise UsageError(gettext("{file} is a folder: name a file", file=file))


def _umask() -> int:
    """Return the umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def fresh_file(file: Path) -> Iterator[Path]:
    """Yield a temporary file, renamed to `file` on success and deleted on failure.

    Raise OSError.
    """
    with _temporary_folder(file.absolute().parent, file.name) as folder:
        part = folder / file.name
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file.absolute())


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Create a folder with these files atomically. Raise ValueError if it exists; raise OSError."""
    with fresh_folder(folder) as part:
        for name, content in files.items():
            (part / name).parent.mkdir(exist_ok=True)
            with (part / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())


@contextmanager
def fresh_folder(folder: Path, mode: int = 0o777) -> Iterator[Path]:
    """Yield a temporary folder, renamed to `folder` on success and deleted on failure.

    mode: of a new folder, less the umask; an existing empty folder keeps its own
    Raise ValueError if `folder` is not empty; raise OSError.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(gettext("{folder} is not a folder: name another one", folder=folder))
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(gettext("{folder} is not empty: name another folder", folder=folder))
    parent = folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with _temporary_folder(parent, folder.name) as part:
        yield part
        part.chmod(folder.stat().st_mode & 0o7777 if folder.exists() else mode & ~_umask())
        part.rename(folder.absolute())


@contextmanager
def _temporary_folder(parent: Path, name: str) -> Iterator[Path]:
    """Yield a locked temporary folder, which is deleted if it is still there at the end."""
    for abandoned in abandoned_folders(parent):
        shutil.rmtree(abandoned, ignore_errors=True)
    lock = None
    while lock is None:  # another process deletes it if it sees it before it is locked
        folder = Path(mkdtemp(dir=parent, prefix=f".{name}.", suffix=PART_SUFFIX))
        lock = _locked(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def abandoned_folders(parent: Path) -> list[Path]:
    """Return the temporary folders in `parent` whose processes died."""
    abandoned = []
    for folder in sorted(parent.glob(f".*{PART_SUFFIX}")):
        lock = _locked(folder)
        if lock is not None:
            abandoned.append(folder)
            os.close(lock)
    return abandoned


def _locked(folder: Path) -> int | None:
    """Lock a folder until the descriptor is closed or the process ends; None if it is in use."""
    with suppress(FileNotFoundError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), folder.stat()):
                return descriptor
        except OSError:
            pass
        os.close(descriptor)
    return None
