"""Reads regular files only: a named pipe would block its reader."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

from storage.messages import describe
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

KINDS = {
    stat.S_IFDIR: Damage.FOLDER,
    stat.S_IFIFO: Damage.PIPE,
    stat.S_IFSOCK: Damage.SOCKET,
    stat.S_IFCHR: Damage.DEVICE,
    stat.S_IFBLK: Damage.DEVICE,
}


class NotRegularError(OSError):
    """What is there is no file with content; `reason` says what it is."""

    def __init__(self, reason: Reason, path: Path) -> None:
        super().__init__(errno.EINVAL, describe(reason), str(path))
        self.reason = reason


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file, or a link to one, for reading. Raise OSError for anything else."""
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    kind = KINDS.get(stat.S_IFMT(os.fstat(file.fileno()).st_mode))
    if kind is not None:
        file.close()
        raise NotRegularError(Reason(kind), path)
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a named pipe has no writer


def file_problem(path: Path) -> Reason | None:
    """Return why a file that is there cannot be read, or None."""
    try:
        open_regular(path).close()
    except IsADirectoryError:
        return Reason(Damage.FOLDER)
    except NotRegularError as error:
        return error.reason
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            return Reason(Damage.DEAD_LINK)
        return Reason(Damage.NOT_READABLE, error=error.strerror or str(error))
    return None
