"""The checkout that the program runs from: site modules and fixtures are written into it."""

from __future__ import annotations

from pathlib import Path

import crawlers


def checkout(stated: Path | None = None) -> Path:
    """`stated`, else the program's own checkout. Raises ValueError where it is installed alone."""
    if stated is not None:
        return stated
    root = Path(crawlers.__path__[0]).parent
    if not (root / "tests" / "sites").is_dir():
        raise ValueError(
            "there is no tests/sites beside the program: work in a checkout, or --into"
        )
    return root
