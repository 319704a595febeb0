"""The evidence of an article: what it holds, and all of it as one file."""

from __future__ import annotations

import hashlib
import io
import zipfile

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.checks.proofs import proofs
from storage.home import Home
from tinwatch.reports.evidence import evidence_files
from tinwatch.web.components.parameters import ArticleId
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.pages.article import known_article
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
NO_DATE = (1980, 1, 1, 0, 0, 0)  # so that the same evidence gives the same bytes


@router.get("/articles/{article}/evidence")
def evidence(request: Request, db: ReadDatabase, article: ArticleId) -> Response:
    home: Home = request.app.state.home
    known = known_article(db, article)
    found = proofs(db, home.captures, known)
    files = evidence_files(db, home, known)
    sums = [(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()]
    return render(request, "evidence.html", known=known, proofs=found, files=sums)


@router.get("/articles/{article}/evidence.zip")
def download(request: Request, db: ReadDatabase, article: ArticleId) -> Response:
    known = known_article(db, article)
    files = evidence_files(db, request.app.state.home, known)
    name = f"evidence-{known.site}-{known.id}.zip"
    return Response(
        zipped(files, f"evidence-{known.site}-{known.id}"),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def zipped(files: dict[str, bytes], folder: str) -> bytes:
    """The files in a folder of their own, in a zip that depends on nothing but them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return made.getvalue()
