"""The evidence of an article: its files, and all of them as a zip."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.articles.revisions import last_revision
from storage.checks.proofs import proofs
from storage.exports.reproducible_zip import open_zip
from storage.home import Home
from storage.runs.sites import site_facts
from tinwatch.reports.evidence import evidence_files
from tinwatch.web.components.parameters import ArticleId
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.pages.article import stored_article
from tinwatch.web.rendering import attachment, language, render

router = APIRouter(include_in_schema=False)
ZIP_EPOCH = datetime(1980, 1, 1)  # a fixed time, so that the zip is reproducible


@router.get("/articles/{article}/evidence")
def evidence(request: Request, db: ReadDatabase, article: ArticleId) -> Response:
    home: Home = request.app.state.home
    stored = stored_article(db, article)
    found = proofs(db, home.captures, stored)
    files = evidence_files(db, home, stored, language(request))
    sums = [(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()]
    return render(
        request,
        "evidence.html",
        article=stored,
        title=last_revision(db, stored.id).record.title,
        site_title=site_facts(db, stored.site).title,
        proofs=found,
        files=sums,
    )


@router.get("/articles/{article}/evidence.zip")
def download(request: Request, db: ReadDatabase, article: ArticleId) -> Response:
    stored = stored_article(db, article)
    files = evidence_files(db, request.app.state.home, stored, language(request))
    name = f"evidence-{stored.site}-{stored.id}"
    return attachment(zip_files(files, name), "application/zip", f"{name}.zip")


def zip_files(files: dict[str, bytes], folder: str) -> bytes:
    """Return a reproducible zip of the files below `folder`."""
    buffer = io.BytesIO()
    with open_zip(buffer, ZIP_EPOCH) as archive:
        for name in sorted(files):
            with archive.member(f"{folder}/{name}", compressed=True) as member:
                member.write(files[name])
    return buffer.getvalue()
