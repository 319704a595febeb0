"""Files and folders that are there as a whole or not at all, whenever the process dies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp


def write_whole(file: Path, text: str) -> None:
    """Writes a file at once: whoever opens it sees the old one or the new one. Raises ValueError
    where the folder does not exist or `file` is one, and OSError."""
    if not file.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {file.parent}: make it first, or write elsewhere")
    if file.is_dir():
        raise ValueError(f"{file} is a folder: give the name of a file in it")
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
    """The process's mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def fresh_file(file: Path) -> Iterator[Path]:
    """A file to fill, which gets the name `file` when all went well and else is gone.

    Raises OSError.
    """
    folder = Path(mkdtemp(dir=file.absolute().parent, prefix=f".{file.name}."))
    try:
        part = folder / file.name
        yield part
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        part.rename(file.absolute())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Makes a folder with these files at once. Raises ValueError where there is something already,
    and OSError; nothing is left behind then."""
    with fresh_folder(folder) as part:
        for name, content in files.items():
            with (part / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets the name `folder` when all went well and else is gone.

    Raises ValueError where there is something already, and OSError.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ValueError(f"{folder} is no folder: name another one")
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} holds something already: name another folder, or empty it")
    parent = folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(dir=parent, prefix=f".{folder.name}."))
    try:
        yield part
        part.chmod(0o777 & ~_umask())
        part.rename(folder.absolute())
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
