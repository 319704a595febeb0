"""The log file of a home: messages of tinwatch, and warnings of libraries."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from storage.home import Home, HomeError
from storage.messages.reasons_home import HomeReason
from storage.reasons import Reason

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OWN = ("tinwatch", "storage", "pipelines", "crawlers", "schedules")  # packages that log as we do
SCHEDULER = "apscheduler.scheduler"  # says when the service starts


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time (UTC), level, logger, message, and the fields of the line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def is_wanted(record: logging.LogRecord) -> bool:
    """Whether a message is tinwatch's own, or at least a warning."""
    own = record.name.partition(".")[0] in OWN or record.name == SCHEDULER
    return own or record.levelno >= logging.WARNING


def log_to_file(home: Home) -> None:
    """Log to the home's log file from now on. Raises HomeError if it cannot be written."""
    try:
        handler = logging.FileHandler(home.log_file, encoding="utf-8", errors="replace")
    except OSError as error:
        where, code = str(home.path), HomeReason.LOG_NOT_WRITABLE
        if not home.is_writable:
            raise HomeError(Reason(HomeReason.HOME_NOT_WRITABLE, folder=where)) from error
        raise HomeError(Reason(code, folder=where, error=error.strerror)) from error
    as_json = home.settings.log_format == "json"
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter(TEXT))
    handler.addFilter(is_wanted)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
