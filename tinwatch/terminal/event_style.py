"""How lists and reports print an event: the colour of its kind, the priority of an edit."""

from __future__ import annotations

from typing import Any

from tinwatch.terminal.messages import gettext, styled

EVENT_COLOURS = {
    "new": "green", "edited": "yellow", "moved": "cyan", "removed": "red", "restored": "blue",
    "reposted": "magenta", "outage": "red", "recovered": "green",
}  # fmt: skip


def priority_text(event: dict[str, Any]) -> str:
    """Return the priority of an edit to print after its summary."""
    if "priority" not in event:
        return ""
    text = gettext("priority {number}", number=event["priority"])
    return " " + styled("dim", f"({text})")
