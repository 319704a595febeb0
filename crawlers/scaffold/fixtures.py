"""Test fixtures of a site: a stored page and the expected extraction, for a person to compare.

tests/sites/<site>/<case>/page.html and expected.json; tests/crawlers/test_site_fixtures.py
describes the keys. A new fixture has `reviewed: null`, which that test rejects until a person has
compared the page.
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
REQUIRED_KEYS = (
    "title", "published", "published_as_printed", "time_known", "updated", "lead", "dateline",
    "authors", "byline_as_printed", "posted_by", "source", "source_as_printed", "section",
    "tags", "captions", "body",
)  # fmt: skip
OPTIONAL_KEYS = ("images", "states")  # present only if a person added them
EXCERPT_CHARS = 60  # of the first and last paragraph, for `contains`
MAX_EXCLUDED_LINES = 5  # lines outside the article that are proposed for `excludes`
MIN_EXCLUDED_CHARS, MAX_EXCLUDED_CHARS = 12, 80
MAX_NAME_WORDS = 6


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field whose extraction differs from expected.json: `stated` there, `read` now."""

    field: str
    stated: Any
    read: Any


def case_name(title: str) -> str:
    """Return the folder name of a fixture: the first words of its title in ASCII."""
    words = re.findall(r"[a-z0-9]+", search_fold(title))
    return "-".join(words[:MAX_NAME_WORDS]) or "page"


def build_expected(
    site: type[SiteConfig],
    url: str,
    html: bytes,
    captured_at: datetime,
    content_type: str = HTML,
) -> dict[str, Any]:
    """Return the content of expected.json for a new page. Raise UnreadablePage.

    `excludes` proposes lines outside the article; `captured_at` must have a time zone.
    """
    page = extract_article(html, url, site, captured_at, content_type)
    article = normalise(page)
    return {
        "url": url,
        "captured_at": captured_at.astimezone(UTC).isoformat(),
        "content_type": content_type,
        "reviewed": None,
        **_read_fields(page, article, REQUIRED_KEYS),
        "contains": _first_and_last(article),
        "excludes": _lines_beside_article(html, content_type, article),
    }


def compare_fixture(
    folder: Path,
    site: type[SiteConfig],
    html: bytes | None = None,
    *,
    captured_at: datetime | None = None,
) -> list[FieldDifference]:
    """Return the fields whose extraction differs from the fixture's expected.json.

    With `html` another version of the page is extracted instead of the stored one. Raise
    UnreadablePage, and FileNotFoundError if there is no fixture.
    """
    facts = load_expected(folder)
    moment = captured_at or datetime.fromisoformat(facts["captured_at"])
    body = html if html is not None else load_page(folder)
    page = extract_article(body, facts["url"], site, moment, facts["content_type"])
    names = (*REQUIRED_KEYS, *(name for name in OPTIONAL_KEYS if name in facts))
    read = _read_fields(page, normalise(page), names)
    if "states" in facts:
        read["states"] = {f: read["states"].get(f) for f in facts["states"]}
    return [FieldDifference(n, facts.get(n), read[n]) for n in names if facts.get(n) != read[n]]


def write_fixture(
    folder: Path,
    site: type[SiteConfig],
    url: str,
    html: bytes,
    *,
    captured_at: datetime,
    content_type: str = HTML,
) -> list[FieldDifference]:
    """Write page.html and expected.json into `folder`; return the differences to an older fixture.

    `contains` and `excludes` of an older fixture stay, because a person wrote them, and so does
    `reviewed` if no field differs. Raise UnreadablePage before anything is written.
    """
    expected = build_expected(site, url, html, captured_at, content_type)
    changed: list[FieldDifference] = []
    if (folder / "expected.json").exists():
        before = load_expected(folder)
        changed = compare_fixture(folder, site, html, captured_at=captured_at)
        from_before: dict[str, Any] = {
            n: before[n] for n in ("contains", "excludes") if n in before
        }
        reads = {c.field: c.read for c in changed if c.field in OPTIONAL_KEYS}
        from_before |= {n: reads.get(n, before[n]) for n in OPTIONAL_KEYS if n in before}
        reviewed = None if changed else before.get("reviewed")
        expected |= from_before | {"reviewed": reviewed}
    folder.mkdir(parents=True, exist_ok=True)
    if not _has_page(folder, html):
        _plain(folder).write_bytes(html)
        (folder / "page.html.gz").unlink(missing_ok=True)
    text = json.dumps(expected, ensure_ascii=False, indent=2)
    (folder / "expected.json").write_text(text + "\n", "utf-8")
    return changed


def load_expected(folder: Path) -> dict[str, Any]:
    """Return the content of expected.json. Raise FileNotFoundError or ValueError."""
    facts: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return facts


def load_page(folder: Path) -> bytes:
    """Return the page of a fixture. Raise FileNotFoundError."""
    packed = folder / "page.html.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else _plain(folder).read_bytes()


def _has_page(folder: Path, html: bytes) -> bool:
    try:
        return load_page(folder) == html
    except FileNotFoundError:
        return False


def fixture_folders(site_folder: Path) -> list[Path]:
    return [file.parent for file in sorted(site_folder.glob("*/expected.json"))]


def _plain(folder: Path) -> Path:
    return folder / "page.html"


def _read_fields(page: RawArticle, article: Article, names: tuple[str, ...]) -> dict[str, Any]:
    record = json.loads(json.dumps(article.to_dict(), ensure_ascii=False))
    record["posted_by"] = page.posting_account
    record["states"] = {name: field.state for name, field in article.fields.items()}
    return {name: record[name] for name in names}


def _first_and_last(article: Article) -> list[str]:
    """Return the begin of the first and the end of the last paragraph."""
    texts = [block.text for block in article.body]
    return [texts[0][:EXCERPT_CHARS].rstrip(), texts[-1][-EXCERPT_CHARS:].lstrip()] if texts else []


def _lines_beside_article(html: bytes, content_type: str, article: Article) -> list[str]:
    """Return lines outside the article, evenly spread over the page."""
    tree, _ = parse(html, content_type)
    own = comparison(clean(json.dumps(article.to_dict(), ensure_ascii=False))).lower()
    lines = dict.fromkeys(
        line.text
        for line in located_lines(tree)
        if MIN_EXCLUDED_CHARS <= len(line.text) <= MAX_EXCLUDED_CHARS
        and comparison(line.text).lower() not in own
    )
    # A line that markup interrupts is not in the source as it is read.
    unbroken = [line for line in lines if line.encode() in html]
    return unbroken[:: max(1, len(unbroken) // MAX_EXCLUDED_LINES)][:MAX_EXCLUDED_LINES]
