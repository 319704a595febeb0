"""A home of many generated articles, written by the same code as a crawl.

Three years of thirty sites: every twentieth article was edited once, every fiftieth was taken
down, one in ten prints no date. Their sentences (reprints/texts.py) are drawn from a stock, so
that common words are as common as in print.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from reprints.texts import sentence
from rich.progress import track
from sqlite_utils import Database

from storage.archive.captures import add_capture
from storage.archive.writer import CaptureWriter
from storage.articles.repository import add_article, set_status, touch_article
from storage.articles.revisions import add_revision
from storage.db.connection import transaction, utc_text
from storage.events.ledger import add_pending_event, publish_run
from storage.home import open_home
from storage.models import Article, Author, Block, Caption, RevisionCause
from storage.provinces.lookup import former_provinces
from storage.run_stats import RunStats
from storage.runs.repository import finish_run, set_verdict, start_run
from storage.runs.sites import SiteFacts, register_site

START = datetime(2023, 1, 1, 18, tzinfo=UTC)
SITES = 30
DAYS = 1095
SENTENCES = 20_000
RUN_ARTICLES = 500
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Lầu", "Siu", "Thạch")
MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Quốc", "Hồng", "A", "Ngọc")
GIVEN = ("Hà", "Dũng", "Thủy", "Hòa", "Sơn", "Lan", "Đức", "Yến", "Khuê", "Toàn", "Páo", "Nhung")


def generate_home(
    path: Path, articles: int, seed: int = 1, *, captured: bool = False
) -> float | None:
    """Create the home, or keep one with as many articles. Return the seconds taken, or None.

    captured: with a capture of every revision. Raise ValueError if the home has another number
    of articles.
    """
    path.mkdir(parents=True, exist_ok=True)
    db = open_home(path).database()  # it notes by which tokenizer the index is built
    try:
        stored = db["articles"].count
        if stored not in (0, articles):
            raise ValueError(f"{path} holds {stored} articles, not {articles}: name another folder")
        if stored:
            return None
        started = time.perf_counter()
        _fill(db, articles, Random(seed), path / "captures" if captured else None)
        return time.perf_counter() - started
    finally:
        db.close()


def _fill(db: Database, articles: int, chance: Random, captures: Path | None) -> None:
    sites = _sites(db)
    stock = [sentence(chance, chance.randint(12, 32)) for _ in range(min(SENTENCES, 20 * articles))]
    runs = range(0, articles, RUN_ARTICLES)
    for index, first in enumerate(track(runs, description="writing articles", transient=True)):
        site = sites[index % SITES]
        at = START + timedelta(days=DAYS * index / len(runs))
        writer = CaptureWriter(captures, site) if captures else None
        with transaction(db):
            run = start_run(db, site, "crawl", at, at, f"batch {index // SITES}")
            for number in range(first + 1, min(articles, first + RUN_ARTICLES) + 1):
                _add(db, run, record(chance, stock, site, number, at), at, number, writer)
            finish_run(
                db,
                run,
                at + timedelta(minutes=9),
                RunStats(new=RUN_ARTICLES),
                listings_complete=True,
            )
            set_verdict(db, run, "passed", None)
            publish_run(db, run)


def _sites(db: Database) -> list[str]:
    every = former_provinces()
    names = []
    for number in range(SITES):
        province = every[2 * number]
        name = province.slug.replace("-", "")
        facts = SiteFacts(
            name, f"Báo {province.name}", province.slug, "newspaper", "P", "live", "1"
        )
        register_site(db, facts)
        names.append(name)
    return names


def record(chance: Random, stock: list[str], site: str, number: int, at: datetime) -> Article:
    """One article, of five hundred words at the median."""
    paragraphs = [" ".join(chance.choices(stock, k=chance.randint(1, 3))) for _ in range(10)]
    person = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
    paragraphs.append(f"Quyết định số {number}/QĐ-UBND do ông {person} ký.")
    title = chance.choice(stock)
    printed = None if chance.random() < 0.1 else (at + timedelta(hours=7)).isoformat()[:19]
    return Article(
        site=site, key=str(number), url=f"https://{site}.vn/bai-{number}.html",
        title=" ".join(title.split()[:12]), title_folded="",
        lead=chance.choice(stock) if chance.random() < 0.8 else None, dateline=None,
        body=tuple(Block("paragraph", text) for text in paragraphs),
        captions=(Caption(chance.choice(stock), person),), published=printed and f"{printed}+07:00",
        published_as_printed=None, updated=None, updated_as_printed=None, time_known=True,
        authors=(Author(person, "person", ("text",)),), byline_as_printed=person, source=None,
        source_as_printed=None, section="thoi-su", tags=(), images=(), language="vi",
    )  # fmt: skip


def page(article: Article) -> bytes:
    """The page of an article, of some 13 KB, most of which is the site's template."""
    paragraphs = "".join(f"<p>{block.text}</p>" for block in article.body)
    links = "".join(f'<li><a href="/muc-{n}">Chuyên mục {n}</a></li>' for n in range(200))
    return f"<html><h1>{article.title}</h1>{paragraphs}<ul>{links}</ul></html>".encode()


def _add(
    db: Database,
    run: int,
    article: Article,
    at: datetime,
    number: int,
    writer: CaptureWriter | None,
) -> None:
    identity = add_article(db, article, run, at, checked=at)

    def revise(text: Article, seen: datetime) -> None:
        capture = None
        if writer is not None:
            sent = [("Content-Type", "text/html; charset=utf-8")]
            body = page(text)
            kept = writer.write_response(text.url or "", seen, 200, "OK", sent, body)
            capture = add_capture(db, kept)
        add_revision(
            db, identity, text, cause=RevisionCause.SITE, observed=seen, run=run,
            capture=capture, extractor_version="1",
            fingerprint=f"{number}",
        )  # fmt: skip

    revise(article, at)
    add_pending_event(db, run, article.site, "new", at, article.title, identity)
    if number % 20 == 0:
        later = at + timedelta(hours=5)
        revise(replace(article, title=f"{article.title} (cập nhật)"), later)
        touch_article(db, identity, later)
        detail = {"from_revision": 1, "to_revision": 2}
        add_pending_event(db, run, article.site, "edited", later, "title changed", identity, detail)
    if number % 50 == 0:
        gone = at + timedelta(days=3)
        set_status(db, identity, "removed", utc_text(gone))
        add_pending_event(db, run, article.site, "removed", gone, "taken down", identity)
