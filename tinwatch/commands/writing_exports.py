"""Writing an export: the checks of its output, the progress and the summary."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from storage.db.connection import Database
from storage.exports.registry import Format
from storage.exports.selection import Selection, select_articles
from storage.home import Home
from tinwatch.reports.atomic_files import check_file, fresh_file, fresh_folder
from tinwatch.terminal.console import err, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext
from tinwatch.terminal.progress import ArticleProgress


def export_articles(
    home: Home, db: Database, form: Format, output: Path | None, **choice: Any
) -> None:
    """Write the articles that `select_articles` selects by `choice`, and print the summary."""
    _check_output(form, output)
    progress = ArticleProgress(gettext("exporting"))
    with (
        select_articles(db, home.captures, on_progress=progress.advance, **choice) as articles,
        progress.of(articles.articles),
    ):
        written = _write(form, articles, output)
    _print_summary(form, articles, written, output)


def _print_summary(form: Format, articles: Selection, written: int, output: Path | None) -> None:
    units = {
        "row": ngettext("{number} row", "{number} rows", written),
        "edge": ngettext("{number} edge", "{number} edges", written),
        "text": ngettext("{number} text", "{number} texts", written),
        "revision": ngettext("{number} revision", "{number} revisions", written),
        "record": ngettext("{number} record", "{number} records", written),
    }
    summary = gettext(
        "{articles}, {units} as {format}",
        articles=ngettext("{number} article", "{number} articles", articles.articles),
        units=units[form.unit],
        format=form.name,
    )
    if output:
        summary += " " + gettext("in {file}", file=safe(str(output)))
    later = gettext("later changes: --since-event {event}", event=articles.last_event)
    err.print(f"{summary}; {later}")


def _check_output(form: Format, output: Path | None) -> None:
    """Raise ValueError if the output does not fit the format."""
    if output is None and form.shape in ("file", "folder"):
        raise UsageError(gettext("{format} needs -o, a file or folder", format=form.name))
    if output is None and form.shape == "bytes" and sys.stdout.isatty():
        raise UsageError(gettext("{format} is binary: name a file with -o", format=form.name))
    if output is not None and form.shape != "folder":
        check_file(output)


def _write(form: Format, articles: Selection, output: Path | None) -> int:
    write = form.writer()
    if output is None:
        return write(articles, sys.stdout.buffer)
    if form.shape == "folder":
        with fresh_folder(output) as folder:
            return write(articles, folder)
    with fresh_file(output) as part:
        if form.shape == "file":
            return write(articles, part)
        with part.open("wb") as stream:
            return write(articles, stream)
