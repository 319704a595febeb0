"""tinwatch dataset: a citable release."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from crawlers.article_filter import published_query
from storage.db.connection import from_utc_text
from storage.exports.release.dataset import DATASET_PASSES, write_release
from storage.exports.release.metadata import ReleaseInfo
from storage.exports.reproducible_zip import zip_folder
from storage.exports.selection import select_articles
from storage.periods import parse_days
from tinwatch.commands.filter_options import ArticleOptions
from tinwatch.commands.options import HomeOption, QueryArgument, with_options
from tinwatch.reports.atomic_files import fresh_file, fresh_folder
from tinwatch.terminal.console import err, home_and_database, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext
from tinwatch.terminal.progress import ArticleProgress

RELEASE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@with_options(ArticleOptions)
def dataset(
    chosen: ArticleOptions,
    name: Annotated[str, typer.Argument(help="Name of the release: a-z, 0-9, dots and dashes.")],
    query: QueryArgument = None,
    author: Annotated[
        list[str] | None,
        typer.Option(help='Author: "Family, Given" or a full name (repeatable).'),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title; the name by default.")] = None,
    license_: Annotated[
        str | None, typer.Option("--license", help="Licence of the collection (SPDX identifier).")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to create; by default NAME.")
    ] = None,
    wacz: Annotated[
        bool, typer.Option("--wacz", help="Also the captures: data/captures.wacz.")
    ] = False,
    zip_: Annotated[bool, typer.Option("--zip", help="Also FOLDER.zip.")] = False,
    home: HomeOption = None,
) -> None:
    """Write a citable release: data, schema, readme, checksums, CITATION.cff."""
    with home_and_database(home) as (opened, db):
        folder = output or Path(name)
        query_text = " ".join(query or ())
        about = ReleaseInfo(
            _checked(name),
            title or name,
            _authors(author),
            _spdx(license_),
            _selection(query_text, chosen),
        )
        progress = ArticleProgress(gettext("writing the release"))
        with (
            select_articles(
                db,
                opened.captures,
                query=published_query(query_text or None, chosen.first, chosen.last),
                sites=chosen.sites() or (),
                provinces=chosen.provinces(),
                on_progress=progress.advance,
            ) as articles,
            progress.of(DATASET_PASSES * articles.articles),
            fresh_folder(folder) as part,
        ):
            written = write_release(articles, about, part, with_captures=wacz)
            if zip_:
                packed = folder.absolute().with_name(f"{folder.name}.zip")
                with fresh_file(packed) as file:
                    zip_folder(part, folder.name, file, from_utc_text(articles.as_of()))
        message = gettext(
            "{articles}, {revisions} in {folder}; as of event {event}",
            articles=ngettext("{number} article", "{number} articles", articles.articles),
            revisions=ngettext("{number} revision", "{number} revisions", written),
            folder=safe(str(folder)),
            event=articles.last_event,
        )
        err.print(message)


def _checked(name: str) -> str:
    """Return the name. Raise ValueError if it is invalid."""
    if not RELEASE_NAME.fullmatch(name):
        raise UsageError(gettext("invalid release name {name}: use a-z, 0-9, . _ -", name=name))
    return name


def _spdx(license_: str | None) -> str | None:
    """Return the identifier as SPDX writes it. Raise UsageError if there is no such licence."""
    if license_ is None:
        return None
    try:
        return canonicalize_license_expression(license_)
    except InvalidLicenseExpression:
        message = gettext(
            "no licence {license} (spdx.org/licenses lists them, such as CC-BY-4.0)",
            license=license_,
        )
        raise UsageError(message) from None


def _authors(names: list[str] | None) -> tuple[str, ...]:
    """Return the names. Raise ValueError if there is none."""
    authors = tuple(name.strip() for name in names or () if name.strip())
    if not authors:
        raise UsageError(gettext("a release needs an author: name a person or team with --author"))
    return authors


def _selection(query_text: str, chosen: ArticleOptions) -> str:
    """Return the query and the options as typed, with the days of a period such as "last month"."""
    first, last = parse_days(chosen.first, chosen.last)
    given = [
        ("from", first and first.isoformat()),
        ("to", last and last.isoformat()),
        *(("site", site) for site in chosen.site or ()),
        *(("province", name) for name in chosen.province or ()),
        *(("former-province", name) for name in chosen.former_province or ()),
    ]
    options = [f"--{name} {shlex.quote(value)}" for name, value in given if value]
    return " ".join([*([shlex.quote(query_text)] if query_text else []), *options])
