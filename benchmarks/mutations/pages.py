"""The pages that are changed: the project's fixtures and samples, and WARC files that are named."""

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
from tinwatch.demo.scenario import night_of

ROOT = Path(__file__).parent.parent.parent
CLASS = re.compile(r"\.([\w-]+)")
RELATED = 12  # other articles of the site that a page may be made to link to


@dataclass(frozen=True, slots=True)
class Stored:
    """A page as it was taken."""

    label: str
    url: str
    site: type[SiteSpider]
    taken: datetime
    body: bytes
    content_type: str | None

    def read(self, body: bytes, content_type: str | None) -> Article:
        """Raises crawlers.extraction.html.Unreadable."""
        return normalise(extract_article(body, self.url, self.site, self.taken, content_type))


@dataclass(frozen=True, slots=True)
class Base:
    """A page, what we read on it, and the forms that it is changed in."""

    stored: Stored
    article: Article
    shapes: tuple[Shape, ...]  # as it is stored; with the template's blocks in another order
    fingerprint: str
    visible: bytes  # hash of what a browser shows of it
    related: tuple[tuple[str, str], ...] = ()

    def draft(self, rng: random.Random, shape: int = 0) -> Draft:
        site = self.stored.site
        dropped = (CLASS.fullmatch(rule) for rule in site.drop)
        # Some rules drop from the body what others read.
        read = repr((site.select, site.captions, site.posting_account))
        classes = tuple(match[1] for match in dropped if match and match[1] not in read)
        return Draft(self.shapes[shape], rng, classes, self.related)


def bases(warcs: list[Path]) -> list[Base]:
    """Every page that can be read, in an order that is always the same."""
    stored = [*fixtures(), *samples(), *(page for file in warcs for page in captured(file))]
    made = [base for page in stored if (base := _base(page)) is not None]
    return [replace(base, related=_related(base, made)) for base in made]


def _base(page: Stored) -> Base | None:
    """None for a page that is no article."""
    try:
        article = page.read(page.body, page.content_type)
        text, _ = decode(page.body, page.content_type)
        again = reordered(text, article, random.Random(page.url))
        shapes = (shape_of(text, article), shape_of(again, article))
    except (UnreadablePage, ValueError):
        return None
    shown = visible(page.body, page.content_type)
    return Base(page, article, shapes, fingerprint(article), shown)


def _related(base: Base, made: list[Base]) -> tuple[tuple[str, str], ...]:
    own = base.stored
    others = [
        (other.stored.url, other.article.title)
        for other in made
        if other.stored.site is own.site and other.article.key != base.article.key
    ]
    return tuple(others[:RELATED])


def fixtures() -> Iterator[Stored]:
    for file in sorted((ROOT / "tests" / "sites").glob("*/*/expected.json")):
        site = all_sites().get(file.parts[-3])
        page = file.with_name("page.html")
        said = json.loads(file.read_text(encoding="utf-8"))
        if site is not None and page.exists() and said.get("body"):
            taken = datetime.fromisoformat(said["captured_at"])
            label = "/".join(file.parts[-3:-1])
            yield Stored(label, said["url"], site, taken, page.read_bytes(), said["content_type"])


def samples() -> Iterator[Stored]:
    """The articles of the sample sites on the first night."""
    for name in sample_sites.sites():
        site = get_site(name)
        taken = night_of(1).at.astimezone(UTC)
        for page in sample_sites.pages(name, 1):
            if page.status == 200 and site.key_of(page.url) is not None:
                kind = page.headers["Content-Type"]
                yield Stored(f"sample {page.url}", page.url, site, taken, page.body, kind)


def captured(file: Path) -> Iterator[Stored]:
    """The article pages in a WARC file of sites that we know."""
    for record in read_records(file):
        sites = [s for s in all_sites().values() if s.key_of(record.url) is not None]
        if record.status == 200 and sites:
            taken = record.captured_at.astimezone(UTC)
            kind = record.header("Content-Type")
            yield Stored(record.url, record.url, sites[0], taken, record.body, kind)


def visible(body: bytes, content_type: str | None) -> bytes:
    """A hash of the text that a browser would show: what the better of naive monitors compare."""
    utf8, _ = as_utf8(body, content_type)
    tree = fromstring(utf8, HTMLParser(encoding="utf-8", remove_comments=True))
    strip_elements(tree, "script", "style", "head", "noscript", with_tail=False)
    return hashlib.sha256(" ".join(inner_text(tree).split()).encode()).digest()
