"""Records as output: JSON of commands, the API and exports, from the JSON that is stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from storage.messages import describe
from storage.reasons import Reason


def output_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return a stored record with its warnings as English sentences and as codes.

    Stored warnings are reasons (storage.reasons); sentences in records of release 0.1, with the
    code `legacy_text`.
    """
    return {**record, **warning_fields(map(Reason.of, record["warnings"]))}


def warning_fields(warnings: Iterable[Reason]) -> dict[str, Any]:
    """Return warnings as keys of JSON output: English sentences, and their codes."""
    listed = list(warnings)
    return {
        "warnings": [describe(warning) for warning in listed],
        "warning_codes": [str(warning.code) for warning in listed],
    }
