"""The log file of a home: messages of Scrapy and tinwatch."""

from __future__ import annotations

import logging

from storage.home import Home, HomeError


def log_to_file(home: Home) -> None:
    """Log to the home's log file from now on. Raises HomeError if it cannot be written."""
    try:
        handler = logging.FileHandler(home.log_file, encoding="utf-8")
    except OSError as error:
        raise HomeError(f"cannot write the log in {home.path}: {error.strerror}") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
