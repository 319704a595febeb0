"""Free space on the disk of a home: no crawl starts if it is too low."""

from __future__ import annotations

import shutil

from storage.home import Home, HomeError
from storage.messages.reasons_home import HomeReason
from storage.reasons import Reason

BYTES_PER_MB = 1_000_000


class DiskSpaceLow(HomeError):
    """The disk has less free space than the setting `least_free_mb`."""


def free_mb(home: Home) -> int:
    """Return the free megabytes on the disk of the home. Raise OSError."""
    return shutil.disk_usage(home.path).free // BYTES_PER_MB


def check_disk_space(home: Home) -> None:
    """Raise DiskSpaceLow if less is free than the settings require."""
    least, free = home.settings.least_free_mb, free_mb(home)
    if free < least:
        raise DiskSpaceLow(
            Reason(HomeReason.DISK_SPACE_LOW, free=free, folder=str(home.path), least=least)
        )
