"""What a web archive holds of a site, and what is known of it after it was taken in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from schedules.publishing.publish import publish
from storage.archive.writer import CaptureWriter
from storage.home import Home, open_home
from tinwatch.demo import sample_sites

SITE = "haugiang"
START = datetime(2019, 3, 1, 1, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]
STEPS = (0, 0, 0, 1, 1, 404, 404, 1, *range(2, 20))  # number of the text, or an error


def archived_site(folder: Path, articles: int = 12) -> Path:
    """Write a WARC file with the captures of an archive: texts that change, 404 in between."""
    site = get_site(SITE)
    pages = [p for p in sample_sites.pages(SITE, 1) if site.key_of(p.url)][:articles]
    writer = CaptureWriter(folder, SITE, None, START.date())
    name = ""
    for number, page in enumerate(pages):
        url = page.url.replace("https://", ("http://", "https://")[number % 2])
        for day, step in enumerate(STEPS):
            at = START + timedelta(days=day * 9, minutes=number)
            text = page.body.decode().replace("</p>", f" Tin bổ sung kỳ {step}.</p>")
            body = b"<html>404</html>" if step == 404 else text.encode()
            status = step if step == 404 else 200
            name = writer.write_response(url, at, status, "", HTML, body).warc
    writer.close()
    return folder / name


def histories(home: Home) -> dict[str, list[Any]]:
    """What is known of every article, without ids and addresses of captures."""
    db = home.database()
    queries = {
        "articles": "SELECT key, url, status, first_seen, last_seen FROM articles ORDER BY key",
        "revisions": "SELECT key, number, observed_at, fingerprint FROM revisions "
        "JOIN articles ON articles.id = article ORDER BY key, observed_at",
        "events": "SELECT key, events.kind, observed_at FROM events "
        "JOIN articles ON articles.id = events.article ORDER BY key, observed_at, events.kind",
    }
    return {name: list(db.execute(query)) for name, query in queries.items()}


def imported(folder: Path, file: Path) -> Home:
    home = open_home(folder)
    import_files(home, get_site(SITE), [file])
    publish(home.database(), home, [SITE])
    return home
