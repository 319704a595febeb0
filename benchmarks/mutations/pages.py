"""The pages that are changed: the project's fixtures and samples, and given WARC files."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lxml.etree import HTMLParser, fromstring, strip_elements

from crawlers.extraction.article import extract_article
from crawlers.extraction.encoding import as_utf8, decode
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.lines import inner_text
from crawlers.registry import all_sites, get_site
from crawlers.spider import SiteSpider
from mutations.shapes import Draft, Shape, reordered, shape_of
from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from storage.archive.reader import read_records
from storage.models import Article
from tinwatch.demo import sample_sites
from tinwatch.demo.scenario import batch_of

ROOT = Path(__file__).parent.parent.parent
CLASS = re.compile(r"\.([\w-]+)")
MAX_RELATED_LINKS = 12  # other articles of the site that a page may be loaded to link to


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as it was captured_at."""

    label: str
    url: str
    site: type[SiteSpider]
    captured_at: datetime
    body: bytes
    content_type: str | None

    def read(self, body: bytes, content_type: str | None) -> Article:
        """Extract the page with another body. Raise UnreadablePage."""
        return normalise(extract_article(body, self.url, self.site, self.captured_at, content_type))


@dataclass(frozen=True, slots=True)
class Base:
    """A page, its record, and the shapes in which it is changed."""

    stored: SourcePage
    article: Article
    shapes: tuple[Shape, ...]  # as stored, and with the blocks outside the article in another order
    fingerprint: str
    visible: bytes  # hash of the visible text
    related: tuple[tuple[str, str], ...] = ()

    def draft(self, rng: random.Random, shape: int = 0) -> Draft:
        site = self.stored.site
        excluded = (CLASS.fullmatch(rule) for rule in site.exclude)
        # Some rules exclude from the body what other rules extract.
        read = repr((site.select, site.captions, site.posting_account))
        classes = tuple(match[1] for match in excluded if match and match[1] not in read)
        return Draft(self.shapes[shape], rng, classes, self.related)


def bases(warcs: list[Path]) -> list[Base]:
    """Return every page that can be extracted, in a stable order."""
    stored = [*fixtures(), *samples(), *(page for file in warcs for page in captured(file))]
    loaded = [base for page in stored if (base := _base(page)) is not None]
    return [replace(base, related=_related(base, loaded)) for base in loaded]


def _base(page: SourcePage) -> Base | None:
    """Return None for a page that is no article."""
    try:
        article = page.read(page.body, page.content_type)
        text, _ = decode(page.body, page.content_type)
        again = reordered(text, article, random.Random(page.url))
        shapes = (shape_of(text, article), shape_of(again, article))
    except (UnreadablePage, ValueError):
        return None
    visible_hash = visible(page.body, page.content_type)
    return Base(page, article, shapes, fingerprint(article), visible_hash)


def _related(base: Base, loaded: list[Base]) -> tuple[tuple[str, str], ...]:
    own = base.stored
    others = [
        (other.stored.url, other.article.title)
        for other in loaded
        if other.stored.site is own.site and other.article.key != base.article.key
    ]
    return tuple(others[:MAX_RELATED_LINKS])


def fixtures() -> Iterator[SourcePage]:
    for file in sorted((ROOT / "tests" / "sites").glob("*/*/expected.json")):
        site = all_sites().get(file.parts[-3])
        page = file.with_name("page.html")
        expected = json.loads(file.read_text(encoding="utf-8"))
        if site is not None and page.exists() and expected.get("body"):
            captured_at = datetime.fromisoformat(expected["captured_at"])
            label = "/".join(file.parts[-3:-1])
            yield SourcePage(
                label,
                expected["url"],
                site,
                captured_at,
                page.read_bytes(),
                expected["content_type"],
            )


def samples() -> Iterator[SourcePage]:
    """Yield the articles of the sample sites in the first batch."""
    for name in sample_sites.sites():
        site = get_site(name)
        captured_at = batch_of(1).at.astimezone(UTC)
        for page in sample_sites.pages(name, 1):
            if page.status == 200 and site.key_of(page.url) is not None:
                kind = page.headers["Content-Type"]
                yield SourcePage(f"sample {page.url}", page.url, site, captured_at, page.body, kind)


def captured(file: Path) -> Iterator[SourcePage]:
    """Yield the article pages in a WARC file that belong to a site of the project."""
    for record in read_records(file):
        sites = [s for s in all_sites().values() if s.key_of(record.url) is not None]
        if record.status == 200 and sites:
            captured_at = record.captured_at.astimezone(UTC)
            kind = record.header("Content-Type")
            yield SourcePage(record.url, record.url, sites[0], captured_at, record.body, kind)


def visible(body: bytes, content_type: str | None) -> bytes:
    """Return a hash of the visible text, which simple monitors compare."""
    utf8, _ = as_utf8(body, content_type)
    tree = fromstring(utf8, HTMLParser(encoding="utf-8", remove_comments=True))
    strip_elements(tree, "script", "style", "head", "noscript", with_tail=False)
    return hashlib.sha256(" ".join(inner_text(tree).split()).encode()).digest()
