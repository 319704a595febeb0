"""Evaluation of a site's rules on the samples, compared with the generic extractor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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

MIN_BODY_OVERLAP = 0.9  # of the syllables; the extractors may differ about a caption or a byline


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a site: the attributes of its module before any rule."""

    name: str
    title: str
    province: str
    kind: str
    domains: tuple[str, ...]
    scheme: str = "https"


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What the rules extract from one sample, or the problem if they cannot."""

    sample: Sample
    page: RawArticle | None
    problem: str = ""

    @property
    def article(self) -> Article | None:
        return normalise(self.page) if self.page else None

    @property
    def same_title(self) -> bool:
        own, theirs = self.page and self.page.title, self.sample.generic.title
        return bool(own and theirs) and comparison(own or "") == comparison(theirs or "")

    @property
    def same_published(self) -> bool:
        """Whether day and time are the same, as far as the generic extractor finds them."""
        theirs = normalise(self.sample.generic).published
        own = self.article.published if self.article else None
        return theirs is None or (own or "")[:16] == theirs[:16]

    @property
    def body_overlap(self) -> float:
        """Return the share of equal text from 0 to 1 (F1 of the syllables)."""
        return text_overlap(_text(self.page), _text(self.sample.generic)) if self.page else 0.0

    @property
    def agrees(self) -> bool:
        return self.same_title and self.same_published and self.body_overlap >= MIN_BODY_OVERLAP


def text_overlap(own: str, theirs: str) -> float:
    """Return the F1 of the syllables of two texts."""
    a, b = Counter(syllables(own)), Counter(syllables(theirs))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def _text(page: RawArticle) -> str:
    """Return the body, preceded by the lead unless the body contains it."""
    body = " ".join(block.text for block in text_blocks(page))
    lead = page.lead or ""
    return body if comparison(lead) in comparison(body) else f"{lead} {body}"


def build(
    identity: Identity, base: type[SiteSpider], attributes: dict[str, Any]
) -> type[SiteSpider]:
    """Return a site class as its module would declare it. Raise SiteError."""
    namespace: dict[str, Any] = {
        "__module__": __name__,
        "name": identity.name,
        "title": identity.title,
        "province": identity.province,
        "kind": identity.kind,
        "domains": list(identity.domains),
        "scheme": identity.scheme,
        **attributes,
    }
    return type(class_name(identity.name), (base,), namespace)


def class_name(name: str) -> str:
    """travinh_tinhuy -> TravinhTinhuy."""
    return "".join(part.capitalize() for part in name.split("_"))


def extract_samples(site: type[SiteConfig], samples: Iterable[Sample]) -> list[SampleResult]:
    return [_extract(site, sample) for sample in samples]


def _extract(site: type[SiteConfig], sample: Sample) -> SampleResult:
    saved = sample.saved
    try:
        page = extract_article(
            saved.html, saved.url, site, saved.captured_at, saved.content_type, rules_only=True
        )
    except UnreadablePage as error:
        return SampleResult(sample, None, str(error))
    return SampleResult(sample, page)
