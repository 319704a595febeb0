"""The checkout that the program runs from: site modules and fixtures are written into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import crawlers

IntoOption = Annotated[
    Path | None,
    typer.Option("--into", help="The checkout to write into, else the program's own."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking.")]


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
