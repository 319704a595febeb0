"""A log line for each evaluated run and each published event, with its values as fields.

As text (logfmt): `run site=gialai run=12 verdict=passed read=40 events=3`; as JSON Lines if the
setting `log_format` is "json".
"""

from __future__ import annotations

import logging
from typing import Any

from storage.db.connection import Database
from storage.events.ledger import events
from storage.runs.repository import get_run

logger = logging.getLogger("tinwatch")
COUNTS = ("read", "unchanged", "missing", "failed", "quarantined")


def log_run(db: Database, run: int, count: int) -> None:
    """Log a run with its verdict, and then its events. `count`: how many were published."""
    if not logger.isEnabledFor(logging.INFO):
        return
    stored = get_run(db, run)
    numbers = stored.stats.counts()
    fields: dict[str, Any] = {
        "site": stored.site,
        "run": run,
        "verdict": stored.verdict or stored.state,
        "reason": stored.reason.code if stored.reason else None,
        **{name: numbers[name] for name in COUNTS if numbers.get(name)},
        "events": count,
    }
    log_fields("run", fields)
    if not count:
        return
    for event in events(db, run=run):
        log_fields("event", {
            "event": event.id, "kind": event.kind, "site": event.site, "article": event.article,
            "url": event.url,
        })  # fmt: skip


def log_fields(name: str, fields: dict[str, Any]) -> None:
    """Log a line that begins with `name`; fields without a value are left out."""
    given = {key: value for key, value in fields.items() if value is not None}
    text = " ".join(f"{key}={_value(value)}" for key, value in given.items())
    logger.info("%s %s", name, text, extra={"fields": {"what": name, **given}})


def _value(value: object) -> str:
    text = str(value)
    plain = text.isprintable() and not set(text) & set(' "=')
    return text if plain and text else f'"{text.encode("unicode_escape").decode()}"'
