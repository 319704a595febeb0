"""What a site's rules read on the samples, measured by what the generic reader reads there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from types import new_class
from typing import Any, cast

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.scaffold.body import text_blocks
from crawlers.scaffold.samples import Sample
from crawlers.site_config import SiteConfig
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison, syllables
from storage.models import Article

SAME_BODY = 0.9  # of the syllables; the two readers may differ about a caption or a byline


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a site is, in the words of SiteConfig: what its module says before any rule."""

    name: str
    title: str
    province: str
    kind: str
    domains: tuple[str, ...]
    scheme: str = "https"


@dataclass(frozen=True, slots=True)
class Reading:
    """One sample, read by the rules; without a page `problem` says why."""

    sample: Sample
    page: RawArticle | None
    problem: str = ""

    @property
    def article(self) -> Article | None:
        return normalise(self.page) if self.page else None

    @property
    def title(self) -> bool:
        own, theirs = self.page and self.page.title, self.sample.read.title
        return bool(own and theirs) and comparison(own or "") == comparison(theirs or "")

    @property
    def published(self) -> bool:
        """The same day and time, as far as the generic reader knows them."""
        theirs = normalise(self.sample.read).published
        own = self.article.published if self.article else None
        return theirs is None or (own or "")[:16] == theirs[:16]

    @property
    def body(self) -> float:
        """How much of the text is the same, from 0 to 1 (F1 of the syllables)."""
        return overlap(self.page, self.sample.read) if self.page else 0.0

    @property
    def agrees(self) -> bool:
        return self.title and self.published and self.body >= SAME_BODY


def overlap(own: RawArticle, theirs: RawArticle) -> float:
    a, b = (Counter(syllables(_text(page))) for page in (own, theirs))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def _text(page: RawArticle) -> str:
    """The body, and the lead where it does not stand in it."""
    body = " ".join(block.text for block in text_blocks(page))
    lead = page.lead or ""
    return body if comparison(lead) in comparison(body) else f"{lead} {body}"


def build(
    identity: Identity, base: type[SiteSpider], attributes: dict[str, Any]
) -> type[SiteSpider]:
    """A site as its module would declare it. Raises SiteError, as any site does."""
    stated: dict[str, Any] = {
        "__module__": __name__,
        "name": identity.name,
        "title": identity.title,
        "province": identity.province,
        "kind": identity.kind,
        "domains": list(identity.domains),
        "scheme": identity.scheme,
        **attributes,
    }

    def fill(body: dict[str, Any]) -> None:
        body.update(stated)

    return cast(type[SiteSpider], new_class(class_name(identity.name), (base,), {}, fill))


def class_name(name: str) -> str:
    """travinh_tinhuy -> TravinhTinhuy."""
    return "".join(part.capitalize() for part in name.split("_"))


def read_all(site: type[SiteConfig], samples: Iterable[Sample]) -> list[Reading]:
    return [_read(site, sample) for sample in samples]


def _read(site: type[SiteConfig], sample: Sample) -> Reading:
    saved = sample.saved
    try:
        page = extract_article(saved.html, saved.url, site, saved.captured_at, saved.content_type)
    except UnreadablePage as error:
        return Reading(sample, None, str(error))
    return Reading(sample, page)
