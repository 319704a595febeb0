"""tinwatch evidence: an article's text, history and captures, with checksums, in a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from storage.articles.repository import get_article
from storage.home import open_home
from tinwatch.commands.options import ArticleArgument, HomeOption, JsonOption
from tinwatch.reports.atomic_files import write_folder
from tinwatch.reports.evidence import WARC, evidence_files
from tinwatch.terminal.console import database, out, print_json, safe
from tinwatch.terminal.messages import gettext, ngettext, terminal_locale


def evidence(
    article: ArticleArgument,
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to create; must be new or empty.")
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an article's newest text, history and captures to a folder, with checksums."""
    with database(home) as db:
        stored = get_article(db, article)
        files = evidence_files(db, open_home(home), stored, terminal_locale())
        write_folder(folder, files)
        for name in sorted(files) if as_json else []:
            digest = hashlib.sha256(files[name]).hexdigest()
            print_json({"file": name, "bytes": len(files[name]), "sha256": digest})
        if as_json:
            return
        written = ngettext("{number} file", "{number} files", len(files))
        message = gettext(
            "{files} written to {folder}: open index.html", files=written, folder=folder
        )
        out.print(safe(message))
        if WARC not in files:
            out.print(gettext("there is no capture of this article, and no WARC file"))
