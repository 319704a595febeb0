"""The home's log: what Scrapy and tinwatch say of their work, for looking into trouble."""

from __future__ import annotations

import logging

from storage.home import Home, HomeError


def log_to(home: Home) -> None:
    """From here on this process logs to the home's file. Raises HomeError."""
    try:
        handler = logging.FileHandler(home.log_file, encoding="utf-8")
    except OSError as error:
        raise HomeError(f"cannot write the log in {home.path}: {error.strerror}") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
