"""The evidence of an article: its files, and all of them as a zip."""

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
from tinwatch.web.pages.article import stored_article
from tinwatch.web.rendering import language, render

router = APIRouter(include_in_schema=False)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed time, so that the zip is reproducible


@router.get("/articles/{article}/evidence")
def evidence(request: Request, db: ReadDatabase, article: ArticleId) -> Response:
    home: Home = request.app.state.home
    stored = stored_article(db, article)
    found = proofs(db, home.captures, stored)
    files = evidence_files(db, home, stored, language(request))
    sums = [(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()]
    return render(request, "evidence.html", article=stored, proofs=found, files=sums)


@router.get("/articles/{article}/evidence.zip")
def download(request: Request, db: ReadDatabase, article: ArticleId) -> Response:
    stored = stored_article(db, article)
    files = evidence_files(db, request.app.state.home, stored, language(request))
    name = f"evidence-{stored.site}-{stored.id}.zip"
    return Response(
        zip_files(files, f"evidence-{stored.site}-{stored.id}"),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def zip_files(files: dict[str, bytes], folder: str) -> bytes:
    """Return a reproducible zip of the files below `folder`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return buffer.getvalue()
