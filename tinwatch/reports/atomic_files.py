"""Atomic writes: a file or folder is complete or absent, even if the process dies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp

from tinwatch.terminal.messages import UsageError, gettext


def write_whole(file: Path, text: str) -> None:
    """Replace a file atomically.

    Raise ValueError if its folder does not exist or `file` is a folder; raise OSError.
    """
    if not file.absolute().parent.is_dir():
        raise UsageError(
            gettext("there is no folder {folder}: create it first", folder=file.parent)
        )
    if file.is_dir():
        raise UsageError(gettext("{file} is a folder: name a file", file=file))
    with NamedTemporaryFile("wb", dir=file.parent, prefix=f".{file.name}.", delete=False) as part:
        try:
            part.write(text.encode("utf-8", "replace"))
            part.flush()
            os.fsync(part.fileno())
            os.chmod(part.name, 0o666 & ~_umask())
            os.replace(part.name, file)
        except BaseException:
            os.unlink(part.name)
            raise


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
    folder = Path(mkdtemp(dir=file.absolute().parent, prefix=f".{file.name}."))
    try:
        part = folder / file.name
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file.absolute())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Create a folder with these files atomically. Raise ValueError if it exists; raise OSError."""
    with fresh_folder(folder) as part:
        for name, content in files.items():
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
    part = Path(mkdtemp(dir=parent, prefix=f".{folder.name}."))
    try:
        yield part
        part.chmod(folder.stat().st_mode & 0o7777 if folder.exists() else mode & ~_umask())
        part.rename(folder.absolute())
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
