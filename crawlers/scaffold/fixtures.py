"""A fixture: a kept page and what is read on it, for a person to compare with the page.

tests/sites/<site>/<case>/page.html and expected.json; tests/crawlers/test_site_fixtures.py says
what the keys mean. What is written here has `reviewed: null`, which that test does not accept:
only a person can say that a page was read rightly.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.extraction.article import extract_article
from crawlers.extraction.generic.layout import located_lines
from crawlers.extraction.html import parse
from crawlers.site_config import SiteConfig
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison, search_fold
from storage.models import Article

HTML = "text/html; charset=utf-8"
READ = (
    "title", "published", "published_as_printed", "time_known", "updated", "lead", "dateline",
    "authors", "byline_as_printed", "posted_by", "source", "source_as_printed", "section",
    "tags", "captions", "body",
)  # fmt: skip
OPTIONAL = ("images", "states")  # stated only where a person added them
EXCERPT = 60  # characters of the body's first and last paragraph that `contains` states
BESIDE = 5  # lines beside the article that `excludes` proposes
SHORTEST_BESIDE, LONGEST_BESIDE = 12, 80  # characters
WORDS_IN_A_NAME = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One field of expected.json that reads otherwise than it stated."""

    field: str
    stated: Any
    read: Any


def case_name(title: str) -> str:
    """The folder of a fixture: the first words of its title, without marks."""
    words = re.findall(r"[a-z0-9]+", search_fold(title))
    return "-".join(words[:WORDS_IN_A_NAME]) or "page"


def expected_of(
    site: type[SiteConfig],
    url: str,
    html: bytes,
    captured_at: datetime,
    content_type: str = HTML,
) -> dict[str, Any]:
    """What expected.json says of a page that nobody has reviewed. Raises Unreadable.

    `excludes` proposes lines that stand beside the article; `captured_at` must be aware.
    """
    page = extract_article(html, url, site, captured_at, content_type)
    article = normalise(page)
    return {
        "url": url,
        "captured_at": captured_at.astimezone(UTC).isoformat(),
        "content_type": content_type,
        "reviewed": None,
        **_read_fields(page, article, READ),
        "contains": _ends(article),
        "excludes": _beside(html, content_type, article),
    }


def changes(
    folder: Path,
    site: type[SiteConfig],
    html: bytes | None = None,
    *,
    captured_at: datetime | None = None,
) -> list[Change]:
    """What a fixture's page reads otherwise than its expected.json states, field by field.

    With `html` another version of the page is read in place of the one that is kept. Raises
    Unreadable, and FileNotFoundError where there is no fixture.
    """
    facts = stated(folder)
    taken = captured_at or datetime.fromisoformat(facts["captured_at"])
    body = html if html is not None else page_of(folder)
    page = extract_article(body, facts["url"], site, taken, facts["content_type"])
    names = (*READ, *(name for name in OPTIONAL if name in facts))
    read = _read_fields(page, normalise(page), names)
    if "states" in facts:
        read["states"] = {f: read["states"].get(f) for f in facts["states"]}
    return [Change(n, facts.get(n), read[n]) for n in names if facts.get(n) != read[n]]


def write_fixture(
    folder: Path,
    site: type[SiteConfig],
    url: str,
    html: bytes,
    *,
    captured_at: datetime,
    content_type: str = HTML,
) -> list[Change]:
    """Writes page.html and expected.json into `folder`; returns what changed in an older one.

    Of an older fixture `contains` and `excludes` stay, which a person wrote, and so does
    `reviewed` where every field reads as before. Raises Unreadable, with nothing written.
    """
    expected = expected_of(site, url, html, captured_at, content_type)
    changed: list[Change] = []
    if (folder / "expected.json").exists():
        before = stated(folder)
        changed = changes(folder, site, html, captured_at=captured_at)
        kept: dict[str, Any] = {n: before[n] for n in ("contains", "excludes") if n in before}
        reads = {c.field: c.read for c in changed if c.field in OPTIONAL}
        kept |= {n: reads.get(n, before[n]) for n in OPTIONAL if n in before}
        reviewed = None if changed else before.get("reviewed")
        expected |= kept | {"reviewed": reviewed}
    folder.mkdir(parents=True, exist_ok=True)
    _plain(folder).write_bytes(html)
    (folder / "page.html.gz").unlink(missing_ok=True)
    text = json.dumps(expected, ensure_ascii=False, indent=2)
    (folder / "expected.json").write_text(text + "\n", "utf-8")
    return changed


def stated(folder: Path) -> dict[str, Any]:
    """The content of a fixture's expected.json. Raises FileNotFoundError, ValueError."""
    facts: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return facts


def page_of(folder: Path) -> bytes:
    """The page of a fixture. Raises FileNotFoundError."""
    packed = folder / "page.html.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else _plain(folder).read_bytes()


def _plain(folder: Path) -> Path:
    return folder / "page.html"


def _read_fields(page: RawArticle, article: Article, names: tuple[str, ...]) -> dict[str, Any]:
    record = json.loads(json.dumps(article.as_json(), ensure_ascii=False))
    record["posted_by"] = page.posting_account
    record["states"] = {name: field.state for name, field in article.fields.items()}
    return {name: record[name] for name in names}


def _ends(article: Article) -> list[str]:
    """How the body begins and ends."""
    texts = [block.text for block in article.body]
    return [texts[0][:EXCERPT].rstrip(), texts[-1][-EXCERPT:].lstrip()] if texts else []


def _beside(html: bytes, content_type: str, article: Article) -> list[str]:
    """Lines that the page prints beside its article, from its whole length."""
    tree, _ = parse(html, content_type)
    own = comparison(clean(json.dumps(article.as_json(), ensure_ascii=False))).lower()
    lines = dict.fromkeys(
        spot.text
        for spot in located_lines(tree)
        if SHORTEST_BESIDE <= len(spot.text) <= LONGEST_BESIDE
        and comparison(spot.text).lower() not in own
    )
    found = [line for line in lines if line.encode() in html]  # broken by markup it would not be
    return found[:: max(1, len(found) // BESIDE)][:BESIDE]
