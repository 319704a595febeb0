"""Proposals extract the articles of a site as a careful person reads them.

The samples are the project's fixtures without their modules, and real pages if they are present.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.article import extract_article
from crawlers.platforms.cms_body import CmsBody
from crawlers.platforms.content_fck import ContentFck
from crawlers.platforms.content_view import ContentView
from crawlers.platforms.liferay import Liferay
from crawlers.platforms.publishing_portal import PublishingPortal
from crawlers.platforms.vnpt import VnptPath
from crawlers.platforms.wordpress import WordPress
from crawlers.registry import platforms
from crawlers.scaffold.draft import Draft, draft
from crawlers.scaffold.evaluation import Identity
from crawlers.scaffold.platform_detection import match_platforms
from crawlers.scaffold.propose import Proposal
from crawlers.scaffold.saved_pages import SavedPage, from_warc, host_of
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.text.normal_forms import clean
from storage.messages.reasons_scaffold import ScaffoldReason
from storage.models import Article

SITES = Path(__file__).resolve().parents[2] / "sites"
CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "captures"
GOLD_FILE = CAPTURES / "gold.jsonl"
HOSTS = ("baochinhphu.vn", "tuoitre.vn", "vietnamnet.vn", "sotttt.hanoi.gov.vn")
PLATFORMS = {
    "backan": PublishingPortal, "cantho": ContentFck, "gialai": CmsBody, "hanoi_sotttt": Liferay,
    "haugiang": ContentView, "laocai": CmsBody, "travinh": VnptPath, "yenbai": WordPress,
}  # fmt: skip
WITHOUT_PLATFORM = ("backan", "gialai", "hanoi_sotttt", "haugiang", "laocai", "travinh")


def facts_of(name: str) -> dict[str, dict[str, Any]]:
    found = {}
    for case in sorted((SITES / name).iterdir()):
        facts = json.loads((case / "expected.json").read_text("utf-8"))
        if (case / "page.html").exists():
            found[facts["url"]] = facts | {"html": (case / "page.html").read_bytes()}
    return found


@cache
def drafted(name: str) -> Draft:
    return draft([
        SavedPage(url, f["html"], datetime.fromisoformat(f["captured_at"]), f["content_type"])
        for url, f in facts_of(name).items()
    ])  # fmt: skip


def proposed(found: Draft, *, own: bool) -> Proposal:
    """The proposal for a site of which only the pages are known; `own`: as if no platform were."""
    identity = Identity("mot_trang_moi", "Một trang mới", "ha-noi", "newspaper",
                        (found.site_pages.host,), found.scheme)  # fmt: skip
    return found.proposal(identity, () if own else None)


def assert_reads(proposal: Proposal, name: str) -> None:
    facts = facts_of(name)
    assert len(proposal.results) == min(len(facts), 6)
    for reading in proposal.results:
        article, expected = reading.article, facts[reading.sample.saved.url]
        assert article is not None, reading.problem
        assert article.title == expected["title"]
        assert (article.published or "")[:16] == (expected["published"] or "")[:16]
        texts = [block["text"] for block in expected["body"]]
        assert [block.text for block in article.body] == texts


@pytest.mark.parametrize("name", PLATFORMS)
def test_platform_is_detected_and_extracts_the_samples(name: str) -> None:
    proposal = proposed(drafted(name), own=False)
    assert proposal.base is PLATFORMS[name]
    assert_reads(proposal, name)
    assert "select" not in proposal.attributes
    assert "article_url" not in proposal.attributes


@pytest.mark.parametrize("name", WITHOUT_PLATFORM)
def test_own_selectors_without_platforms_extract_the_samples(name: str) -> None:
    proposal = proposed(drafted(name), own=True)
    assert proposal.base is SiteSpider
    assert_reads(proposal, name)
    select = proposal.attributes["select"]
    assert {"title", "body"} <= set(select)
    digits = [rule for rules in select.values() for rule in rules if "1" in rule.replace("h1", "")]
    assert [rule for rule in digits if "margintopbot10" not in rule] == []


def test_boxes_in_the_body_are_excluded() -> None:
    proposal = proposed(drafted("gialai"), own=True)
    assert proposal.attributes["exclude"] == [".sda_middle"]  # not what no module must name
    assert_reads(proposal, "gialai")


@pytest.mark.parametrize("name", PLATFORMS)
def test_other_platforms_score_lower(name: str) -> None:
    best, *others = match_platforms(drafted(name).site_pages, platforms())
    assert best.platform is PLATFORMS[name]
    assert best.evidence
    assert all(other.score < best.score for other in others)


def test_site_without_stable_selectors_is_left_to_the_generic_extractor() -> None:
    """Every page is built otherwise, without a class or an id to hold on to."""
    pages = []
    for number, (a, b) in enumerate((("div", "h1"), ("section", "h2"), ("article", "h1"))):
        text = "".join(f"<{a}>Đoạn {number}{n} kể chuyện làng ta ra đồng từ sáng sớm, đến trưa "
                       f"mới nghỉ tay ăn cơm bên bờ ruộng.</{a}>" for n in range(6))  # fmt: skip
        title = f"Chuyện làng ta số {number}"
        html = (
            f"<html><head><title>{title}</title></head><body><{b}>{title}</{b}>{text}</body></html>"
        )
        url = f"https://lang.example/chuyen-lang-ta-ke-lai-{1000 + number}.html"
        pages.append(
            SavedPage(url, html.encode(), datetime.fromisoformat("2025-03-20T00:00:00+00:00"))
        )
    proposal = proposed(draft(pages), own=True)
    assert proposal.site.generic
    assert "generic reader" not in proposal.base.__name__
    assert ScaffoldReason.LEFT_TO_GENERIC in {reason.code for reason in proposal.reasons}
    assert all(reading.page is not None for reading in proposal.results)


# Real pages

on_real_pages = pytest.mark.skipif(
    not GOLD_FILE.exists(), reason="the real pages (../shared/captures) are not here"
)


def gold_rows() -> list[dict[str, Any]]:
    if not GOLD_FILE.exists():
        return []
    rows = [json.loads(line) for line in GOLD_FILE.read_text("utf-8").splitlines()]
    return [row for row in rows if host_of(row["url"]) in HOSTS]


GOLD = [pytest.param(row, id=row["url"].rsplit("/", 1)[-1][:48]) for row in gold_rows()]
NOT_LIFERAY = [p for p in GOLD if "hanoi.gov.vn" not in p.values[0]["url"]]  # type: ignore[index]


@cache
def real_pages(host: str) -> dict[str, SavedPage]:
    return {page.url: page for page in from_warc(sorted(CAPTURES.glob("*.warc.gz")), host)}


@cache
def real_proposal(host: str, own: bool) -> Proposal:
    return proposed(draft(list(real_pages(host).values())), own=own)


def read_real(url: str, *, own: bool) -> Article:
    """A page as the proposed rules read it, whether or not it was a sample."""
    host = host_of(url)
    page = real_pages(host)[url]
    site = real_proposal(host, own).site
    return normalise(extract_article(page.html, url, site, page.captured_at, page.content_type))


def assert_reads_gold(article: Article, gold: dict[str, Any]) -> None:
    assert article.title == clean(gold["title"])
    assert article.published_as_printed == clean(gold["published_printed"])
    assert (article.published or "")[:16] == gold["published_iso"][:16]
    assert article.time_known == gold.get("time_known", True)
    text = " ".join(block.text for block in article.body)
    assert text.startswith(clean(gold["body_first80"]))
    assert text.endswith(clean(gold["body_last80"]))
    assert len(article.body) == gold["body_paragraphs"]
    assert [cruft for cruft in gold["cruft"] if clean(cruft) in text] == []
    assert [c.text for c in article.captions] == [clean(c) for c in gold["captions"]]
    assert [author.name for author in article.authors] == gold["authors"]


@on_real_pages
def test_every_host_has_gold_pages() -> None:
    assert {host_of(row["url"]) for row in gold_rows()} == set(HOSTS)


@on_real_pages
@pytest.mark.parametrize("gold", GOLD)
def test_proposal_extracts_real_pages_as_the_gold_file(gold: dict[str, Any]) -> None:
    assert_reads_gold(read_real(gold["url"], own=False), gold)


@on_real_pages
@pytest.mark.parametrize("gold", NOT_LIFERAY)
def test_own_selectors_extract_real_pages_as_the_gold_file(gold: dict[str, Any]) -> None:
    host = host_of(gold["url"])
    assert real_proposal(host, own=True).base is SiteSpider
    assert_reads_gold(read_real(gold["url"], own=True), gold)


@pytest.mark.parametrize("host", HOSTS)
def test_no_rule_in_scaffold_names_a_host(host: str) -> None:
    """What is proposed for a host comes from its pages and not from a rule written for it."""
    scaffold = Path(__file__).resolve().parents[3] / "crawlers" / "scaffold"
    label = host.split(".")[0]
    texts = "\n".join(file.read_text("utf-8") for file in scaffold.glob("*.py"))
    assert label not in texts
