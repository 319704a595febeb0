"""The checkout into which site modules and fixtures are written."""

from __future__ import annotations

from pathlib import Path

import crawlers
from tinwatch.terminal.messages import UsageError, gettext


def checkout(chosen: Path | None = None) -> Path:
    """Return `chosen`, else the checkout of this program. Raise ValueError if there is none."""
    if chosen is not None:
        return chosen
    root = Path(crawlers.__path__[0]).parent
    if not (root / "tests" / "sites").is_dir():
        raise UsageError(gettext("this program does not run from a checkout: use --into"))
    return root
