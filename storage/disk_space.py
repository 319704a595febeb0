"""Room on the disk of a home: a crawl that could not keep what it reads is not begun."""

from __future__ import annotations

import shutil

from storage.home import Home, HomeError

MEGABYTE = 1_000_000


class NoRoom(HomeError):
    """The disk has less room than `least_free_mb` asks for."""


def free_mb(home: Home) -> int:
    """Megabytes that are free on the disk of the home. Raises OSError."""
    return shutil.disk_usage(home.path).free // MEGABYTE


def check_room(home: Home) -> None:
    """Raises NoRoom where less is free than the settings ask for."""
    least, free = home.settings.least_free_mb, free_mb(home)
    if free < least:
        raise NoRoom(
            f"{free} MB are free on the disk of {home.path}, and least_free_mb asks for {least}: "
            "nothing was crawled. Make room (tinwatch prune drops old listings), "
            "or set least_free_mb lower in settings.toml"
        )
