"""Reads regular files only: a named pipe would block its reader."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class NotRegularError(OSError):
    """What is there is no file with content."""


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file, or a link to one, for reading. Raise OSError for anything else."""
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    kind = KINDS.get(stat.S_IFMT(os.fstat(file.fileno()).st_mode))
    if kind is not None:
        file.close()
        raise NotRegularError(errno.EINVAL, f"it is {kind}", str(path))
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a named pipe has no writer


def file_problem(path: Path) -> str | None:
    """Return why a file that is there cannot be read, or None."""
    try:
        open_regular(path).close()
    except IsADirectoryError:
        return "it is a folder"
    except NotRegularError as error:
        return str(error.strerror)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            return "it is a link to a file that is not there"
        return f"it cannot be read: {error.strerror}"
    return None
