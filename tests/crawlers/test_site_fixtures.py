"""Every page under tests/sites, extracted and compared with its expected.json, field by field.

tests/sites/<site>/<case>/page.html (or page.html.gz) and expected.json. Keys of expected.json:
`url`, `captured_at`, `content_type`, `reviewed` (the day a person compared every field with the
page), the fields of the record, and optionally `posted_by`, `images`, `states` (field -> state).
`contains` must be in the body; `excludes` must be in no text field.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.article import extract_article
from crawlers.extraction.encoding import decode
from crawlers.registry import all_sites, get_site, platforms
from crawlers.site_config import SiteConfig
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.models import Article
from tests.each import for_each

FOLDER = Path(__file__).resolve().parents[1] / "sites"
CASES = [f"{path.parent.parent.name}/{path.parent.name}" for path in FOLDER.glob("*/*/page.html*")]
CASES.sort()

FIELDS = (
    "title", "published", "published_as_printed", "time_known", "updated", "lead", "dateline",
    "authors", "byline_as_printed", "posted_by", "source", "source_as_printed", "section",
    "tags", "captions", "body",
)  # fmt: skip
OPTIONAL_FIELDS = ("images", "states")
OTHER_KEYS = {"url", "captured_at", "content_type", "reviewed", "contains", "excludes"}
MIN_PER_SITE, MIN_PER_VERIFIED_PLATFORM, MIN_PER_PLATFORM = 3, 5, 2
# Platforms whose second site has no stored page.
ONE_SITE_WITH_PAGES = {"ContentView", "PublishingPortal", "VnptPath", "WordPress"}
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d\+07:00)?")
HOW_TO_REVIEW = (
    "nobody has reviewed this fixture: open page.html, compare every field of expected.json with "
    'what the page prints, correct the expectation, then put the day into "reviewed" (2026-01-31)'
)


@cache
def stated(case: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / case / "expected.json").read_text("utf-8"))
    return data


@cache
def page_bytes(case: str) -> bytes:
    plain = FOLDER / case / "page.html"
    return plain.read_bytes() if plain.exists() else gzip.decompress(_zipped(case).read_bytes())


def _zipped(case: str) -> Path:
    return FOLDER / case / "page.html.gz"


def read_bytes(case: str, body: bytes) -> RawArticle:
    facts = stated(case)
    captured_at = datetime.fromisoformat(facts["captured_at"])
    site = get_site(case.split("/")[0])
    return extract_article(body, facts["url"], site, captured_at, facts["content_type"])


@cache
def raw_article_of(case: str) -> RawArticle:
    return read_bytes(case, page_bytes(case))


@cache
def article(case: str) -> Article:
    return normalise(raw_article_of(case))


def extracted(case: str, field: str) -> Any:
    if field == "posted_by":
        return raw_article_of(case).posting_account
    if field == "states":
        return {f: article(case).fields[f].state for f in stated(case)["states"]}
    return json.loads(json.dumps(article(case).to_dict()))[field]


def strings(value: Any) -> Iterator[str]:
    """Yield every string inside JSON data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def text_fields(case: str) -> list[str]:
    record = article(case).to_dict()
    aside = ("site", "key", "url", "title_folded", "images", "language", "fields", "warnings")
    return list(strings({k: v for k, v in record.items() if k not in aside}))


FIELD_CASES = [
    pytest.param(case, field, id=f"{case}/{field}")
    for case in CASES
    for field in (*FIELDS, *(f for f in OPTIONAL_FIELDS if f in stated(case)))
]


@pytest.mark.parametrize(("case", "field"), FIELD_CASES)
def test_field(case: str, field: str) -> None:
    assert extracted(case, field) == stated(case)[field]


def review_problem(facts: dict[str, Any]) -> str | None:
    try:
        date.fromisoformat(facts.get("reviewed") or "")
    except ValueError:
        return HOW_TO_REVIEW
    return None


@pytest.mark.parametrize("case", CASES)
def test_fixture_is_reviewed(case: str) -> None:
    problem = review_problem(stated(case))
    assert problem is None, f"tests/sites/{case}: {problem}"


@pytest.mark.parametrize("case", CASES)
def test_expected_json_has_every_field(case: str) -> None:
    keys = set(stated(case))
    assert set(FIELDS) | OTHER_KEYS <= keys
    assert keys <= set(FIELDS) | OTHER_KEYS | set(OPTIONAL_FIELDS)
    assert stated(case)["excludes"], "name what the page prints beside its article"
    assert get_site(case.split("/")[0]).key_of(stated(case)["url"])


@pytest.mark.parametrize("case", CASES)
def test_contains(case: str) -> None:
    body = "\n".join(block.text for block in article(case).body)
    assert [text for text in stated(case)["contains"] if text not in body] == []


@pytest.mark.parametrize("case", CASES)
def test_excludes(case: str) -> None:
    fields = text_fields(case)
    leaked = [(e, text) for e in stated(case)["excludes"] for text in fields if e in text]
    assert leaked == []


@pytest.mark.parametrize("case", CASES)
def test_excluded_strings_are_on_the_page(case: str) -> None:
    """Otherwise `excludes` would test nothing."""
    text, _ = decode(page_bytes(case), stated(case)["content_type"])
    page = unicodedata.normalize("NFC", text + unescape(text))
    assert [e for e in stated(case)["excludes"] if e not in page] == []


@pytest.mark.parametrize("case", CASES)
def test_body_has_no_other_fields(case: str) -> None:
    record, page = article(case), raw_article_of(case)
    asides = [caption.text for caption in record.captions]
    asides += [record.title, record.byline_as_printed or "", record.source_as_printed or ""]
    asides += (page.byline or "").split(" - ")
    asides += [record.lead or "", page.posting_account or ""]
    unwanted = {comparison(text) for text in asides if text}
    assert [b.text for b in record.body if comparison(b.text) in unwanted] == []


@pytest.mark.parametrize("case", CASES)
def test_dates_are_plain_days_or_vietnam_time(case: str) -> None:
    record = article(case)
    for value in filter(None, (record.published, record.updated)):
        assert DATE.fullmatch(value)
    if record.published:
        assert record.time_known == ("T" in record.published)


@pytest.mark.parametrize("case", CASES)
def test_published_before_captured(case: str) -> None:
    published = article(case).published
    if published:
        captured_at = datetime.fromisoformat(stated(case)["captured_at"])
        in_vietnam = captured_at.astimezone(timezone(timedelta(hours=7))).isoformat()
        assert published <= in_vietnam[: len(published)]


@pytest.mark.parametrize("case", CASES)
def test_text_is_clean(case: str) -> None:
    for text in strings(article(case).to_dict()):
        assert unicodedata.is_normalized("NFC", text), text
        assert text == " ".join(text.split()), text
        assert not re.search("[\u00ad\u200b-\u200f\u2060\ufeff\ufffd]", text), text


@pytest.mark.parametrize("case", CASES)
def test_extraction_is_deterministic(case: str) -> None:
    again = read_bytes(case, page_bytes(case))
    assert again == raw_article_of(case)
    assert normalise(again) == article(case)
    assert normalise(raw_article_of(case)) == article(case)
    stored = json.loads(json.dumps(article(case).to_dict()))
    assert Article.from_dict(stored) == article(case)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("case", CASES)
def test_unicode_form_makes_no_difference(case: str, form: str) -> None:
    """The same page in NFC or NFD and with other line ends."""
    try:
        text = page_bytes(case).decode("utf-8")
    except UnicodeDecodeError:
        pytest.skip("the page is not UTF-8")
    typed = unicodedata.normalize(form, text).replace("\n", "\r\n")  # type: ignore[arg-type]
    record = normalise(read_bytes(case, typed.encode()))
    assert replace(record, warnings=()) == replace(article(case), warnings=())


VERIFIED = [name for name, site in all_sites().items() if site.verified]
OF_SITE = Counter(case.split("/")[0] for case in CASES)


@for_each("site", VERIFIED)
def test_every_verified_site_has_fixtures(site: str) -> None:
    count = OF_SITE[site]
    assert count >= MIN_PER_SITE, f"{site} has {count} fixtures, fewest are {MIN_PER_SITE}"


@for_each("platform", platforms())
def test_every_platform_has_fixtures(platform: type[SiteConfig]) -> None:
    """Five if a site on it is verified, otherwise two, of two sites."""
    built = [site for site in all_sites().values() if issubclass(site, platform)]
    if not built:
        pytest.skip("no site uses it yet")
    proved = any(site.verified for site in built)
    count = sum(OF_SITE[site.name] for site in built)
    assert count >= (MIN_PER_VERIFIED_PLATFORM if proved else MIN_PER_PLATFORM)
    if not proved and platform.__name__ not in ONE_SITE_WITH_PAGES:
        assert sum(OF_SITE[site.name] > 0 for site in built) >= 2


@pytest.mark.parametrize("facts", [{"reviewed": ""}, {"reviewed": None}, {}, {"reviewed": "yes"}])
def test_fixture_without_review_fails(facts: dict[str, Any]) -> None:
    assert "compare every field of expected.json" in (review_problem(facts) or "")
