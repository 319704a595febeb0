"""tinwatch evidence: a folder that shows and proves what an article said and what became of it."""

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
from tinwatch.terminal.console import (
    count,
    database,
    out,
    print_json,
    safe,
)


def evidence(
    article: ArticleArgument,
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to make; must be new or empty.")
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an article's last text, the captures that prove it and its history to a folder."""
    with database(home) as db:
        known = get_article(db, article)
        files = evidence_files(db, open_home(home), known)
        write_folder(folder, files)
        for name in sorted(files) if as_json else []:
            digest = hashlib.sha256(files[name]).hexdigest()
            print_json({"file": name, "bytes": len(files[name]), "sha256": digest})
        if as_json:
            return
        out.print(f"{count(len(files), 'file')} written to {safe(str(folder))}: open index.html")
        if WARC not in files:
            out.print("no page of this article is kept as it was received: there is no WARC file")
