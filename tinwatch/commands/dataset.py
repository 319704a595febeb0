"""tinwatch dataset: freezes a release that can be cited."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from storage.db.connection import from_utc_text
from storage.exports.release.dataset import PASSES, write_release
from storage.exports.release.metadata import About
from storage.exports.reproducible_zip import pack_folder
from storage.exports.selection import chosen
from storage.search.parser import parse_query
from tinwatch.commands.options import (
    FormerProvinceOption,
    HomeOption,
    ProvinceOption,
    QueryArgument,
    SiteOption,
)
from tinwatch.reports.atomic_files import fresh_file, fresh_folder
from tinwatch.terminal.console import count, err, home_and_database, safe
from tinwatch.terminal.progress import ArticleProgress

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def dataset(
    name: Annotated[str, typer.Argument(help="Name of the release: a-z, 0-9, dots and dashes.")],
    query: QueryArgument = None,
    author: Annotated[
        list[str] | None,
        typer.Option(help='Who releases it: "Family, Given" or a whole name; once for each.'),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title; the name by default.")] = None,
    license_: Annotated[
        str | None, typer.Option("--license", help="Licence of the collection (SPDX identifier).")
    ] = None,
    site: SiteOption = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to make; the name by default.")
    ] = None,
    zip_: Annotated[bool, typer.Option("--zip", help="Also FOLDER.zip.")] = False,
    home: HomeOption = None,
) -> None:
    """Write a citable release: data, schema, readme, checksums, CITATION.cff."""
    with home_and_database(home) as (place, db):
        folder = output or Path(name)
        words = " ".join(query or ())
        filters = {"site": site, "province": province, "former-province": former_province}
        about = About(
            _checked(name), title or name, _authors(author), license_, _said(words, filters)
        )
        if site is not None:
            check_site(site)
        progress = ArticleProgress("freezing")
        with (
            chosen(
                db,
                place.captures,
                query=parse_query(words) if words else None,
                site=site,
                provinces=chosen_provinces(province, former_province),
                tell=progress.advance,
            ) as articles,
            progress.of(PASSES * articles.articles),
            fresh_folder(folder) as part,
        ):
            written = write_release(articles, about, part)
            if zip_:
                packed = folder.absolute().with_name(f"{folder.name}.zip")
                with fresh_file(packed) as file:
                    pack_folder(part, folder.name, file, from_utc_text(articles.as_of()))
        err.print(
            f"{count(articles.articles, 'article')}, {count(written, 'revision')} "
            f"in {safe(str(folder))}; as of event {articles.last_event}"
        )


def _checked(name: str) -> str:
    """Raises ValueError."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a release: use a-z, 0-9, dots and dashes")
    return name


def _authors(names: list[str] | None) -> tuple[str, ...]:
    """Raises ValueError."""
    stated = tuple(name.strip() for name in names or () if name.strip())
    if not stated:
        raise ValueError("a release is cited by its authors: name a person or team with --author")
    return stated


def _said(words: str, filters: dict[str, str | None]) -> str:
    """How the articles were chosen, as it is typed."""
    options = [f"--{name} {shlex.quote(value)}" for name, value in filters.items() if value]
    return " ".join([*([shlex.quote(words)] if words else []), *options])
