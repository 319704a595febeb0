"""The arguments and the option that name sites, which several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

SiteArgument = Annotated[str, typer.Argument(help="Name of the site (tinwatch sites).")]
SitesArgument = Annotated[list[str] | None, typer.Argument(help="Only these sites.")]
SiteOption = Annotated[str | None, typer.Option("--site", help="Only this site.")]
