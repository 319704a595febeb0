"""The log file of a home: messages of Scrapy and tinwatch."""

from __future__ import annotations

import logging

from storage.home import Home, HomeError
from storage.messages.reasons_home import HomeReason
from storage.reasons import Reason


def log_to_file(home: Home) -> None:
    """Log to the home's log file from now on. Raises HomeError if it cannot be written."""
    try:
        handler = logging.FileHandler(home.log_file, encoding="utf-8")
    except OSError as error:
        where = str(home.path)
        reason = Reason(HomeReason.LOG_NOT_WRITABLE, folder=where, error=error.strerror)
        raise HomeError(reason) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
