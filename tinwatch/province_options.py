"""The options --province and --former-province, which several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

ProvinceOption = Annotated[
    str | None,
    typer.Option(
        "--province",
        help="Only sites of a present province, with those of all that was merged into it.",
    ),
]
FormerProvinceOption = Annotated[
    str | None,
    typer.Option(
        "--former-province", help="Only sites of one of the 63 provinces until June 2025."
    ),
]
