"""tinwatch cite: the citation of a revision of an article."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from storage.articles.repository import get_article
from storage.articles.revisions import revision_pair, revisions
from storage.exports.printed_citation import printed_citation
from storage.exports.registry import FORMATS
from storage.exports.selection import one_revision
from tinwatch.commands.options import MAX_ID, ArticleArgument, HomeOption
from tinwatch.terminal.console import home_and_database, out, safe
from tinwatch.terminal.messages import terminal_locale


class Style(StrEnum):
    """`text` is a line for a footnote; the others are formats of `tinwatch export`."""

    TEXT = "text"
    RIS = "ris"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"


def cite(
    article: ArticleArgument,
    revision: Annotated[
        int | None,
        typer.Option("--revision", min=1, max=MAX_ID, help="Number; the newest by default."),
    ] = None,
    style: Annotated[
        Style, typer.Option("--style", help="A footnote, or a format of reference managers.")
    ] = Style.TEXT,
    home: HomeOption = None,
) -> None:
    """Cite one revision of an article."""
    with home_and_database(home) as (opened, db):
        stored = get_article(db, article)
        _, chosen = revision_pair(revisions(db, stored.id), None, revision)
        one = one_revision(db, opened.captures, stored.id, chosen.number)
        if style == Style.TEXT:
            out.print(safe(printed_citation(one, terminal_locale())))
        else:
            FORMATS[style].writer()(one, sys.stdout.buffer)
