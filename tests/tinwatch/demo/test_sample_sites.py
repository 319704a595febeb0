"""The sample sites: complete, repeatable, and true to their manifest."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import lxml.html
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.each import for_each
from tinwatch.demo import sample_sites, scenario
from tinwatch.demo.sample_sites import Page
from tinwatch.demo.scenario import SampleChange

SITES = sample_sites.sites()
BATCHES = [batch.number for batch in scenario.batches()]
CHANGES = scenario.changes()


def at(url: str, batch: int) -> Page:
    found = [p for site in SITES for p in sample_sites.pages(site, batch) if p.url == url]
    assert len(found) == 1, f"{url} served {len(found)} times"
    return found[0]


def text(url: str, batch: int) -> str:
    return at(url, batch).body.decode()


def of_kind(kind: str) -> list[SampleChange]:
    return [change for change in CHANGES if change.kind == kind]


@pytest.mark.parametrize("batch", BATCHES)
@for_each("site", SITES)
def test_every_slot_is_filled_and_every_page_parses(site: str, batch: int) -> None:
    for page in sample_sites.pages(site, batch):
        body = page.body.decode()
        assert "{{" not in body, page.url
        if page.headers["Content-Type"].startswith("text/html"):
            assert lxml.html.document_fromstring(page.body) is not None
            assert page.status != 200 or "<!-- sample page written for tinwatch -->" in body


@for_each("site", SITES)
def test_pages_are_reproducible(site: str) -> None:
    assert list(sample_sites.pages(site, 2)) == list(sample_sites.pages(site, 2))


@for_each("site", SITES)
def test_every_page_differs_between_batches(site: str) -> None:
    """Counters and clocks move, so equal bytes can never stand in for equal text."""
    urls = [entry.url for entry in sample_sites.load(site).entries if entry.batch == 1]
    second = {page.url: page.body for page in sample_sites.pages(site, 2)}
    first = {page.url: page.body for page in sample_sites.pages(site, 1)}
    assert [url for url in urls if first[url] == second[url]] == []


@pytest.mark.parametrize("batch", BATCHES)
@for_each("site", SITES)
def test_listings_or_feed_link_to_every_live_article(site: str, batch: int) -> None:
    facts = sample_sites.load(site)
    urls = {entry.url for entry in facts.entries}
    served = list(sample_sites.pages(site, batch))
    living = {page.url for page in served if page.url in urls and page.status == 200}
    linked: set[str] = set()
    for page in served:
        if page.url not in urls and page.headers["Content-Type"].startswith("text/html"):
            linked |= set(lxml.html.document_fromstring(page.body).xpath("//a/@href"))
        if page.url == facts.feed:
            linked |= {url for url in urls if f"<link>{url}</link>" in page.body.decode()}
    assert living <= linked
    assert not (urls - living) & linked


def test_every_change_names_an_article() -> None:
    known = {entry.url for site in SITES for entry in sample_sites.load(site).entries}
    assert {change.url for change in CHANGES} <= known


@pytest.mark.parametrize("change", of_kind("edited"), ids=lambda change: change.url[-40:])
def test_edit_persists(change: SampleChange) -> None:
    before, after = text(change.url, change.batch - 1), text(change.url, change.batch)
    for old, new in change.replace:
        assert old in before
        assert old not in after
        assert new in after
        assert new in text(change.url, BATCHES[-1])


def test_noise_changes_bytes_but_no_word() -> None:
    [change] = of_kind("noise")
    before, after = at(change.url, change.batch - 1), at(change.url, change.batch)
    site = next(s for s in SITES if any(e.url == change.url for e in sample_sites.load(s).entries))
    entry = next(e for e in sample_sites.load(site).entries if e.url == change.url)
    retyped = entry.html
    for old, new in change.replace:
        assert old in retyped
        retyped = retyped.replace(old, new)
    assert entry.html in before.body.decode()
    assert unicodedata.normalize("NFD", retyped) in after.body.decode()


def test_removed_article_answers_404_until_restored() -> None:
    [gone], [back] = of_kind("gone"), of_kind("restored")
    assert gone.url == back.url
    assert [at(gone.url, batch).status for batch in BATCHES] == [200, 404, 404, 200]


def test_withdrawn_article_redirects_to_the_front_page() -> None:
    [change] = of_kind("redirected")
    assert [at(change.url, batch).status for batch in BATCHES] == [200, 302, 302, 302]
    assert at(change.url, 2).headers["Location"] == "https://tuyengiao.travinh.gov.vn/"


def test_reprint_has_the_paragraphs_of_the_original() -> None:
    [reprint] = scenario.reprints()
    first, copy = text(reprint.of, 1), text(reprint.url, reprint.batch)
    paragraphs = [p.text_content() for p in lxml.html.fromstring(first).cssselect(".contentView p")]
    long = [p for p in paragraphs[1:] if len(p) > 200]
    assert len(long) >= 4
    assert all(paragraph in copy for paragraph in long)
    assert "Theo Báo Hậu Giang" in copy


def test_expected_events_match_the_changes() -> None:
    late = [e.url for site in SITES for e in sample_sites.load(site).entries if e.batch > 1]
    reprints = {reprint.url for reprint in scenario.reprints()}
    assert scenario.expected() == {
        "new": len(set(late) - reprints),
        "edited": len(of_kind("edited")),
        "reposted": len(reprints),
        "moved": 0,
        "removed": len(of_kind("gone")) + len(of_kind("redirected")),
        "restored": len(of_kind("restored")),
    }


def test_warc_of_a_batch_is_readable(tmp_path: Path) -> None:
    path = sample_sites.pack(2, tmp_path)
    wanted = [page for site in SITES for page in sample_sites.pages(site, 2)]
    with path.open("rb") as file:
        read = []
        for record in ArchiveIterator(file, check_digests="raise"):
            assert record.rec_type == "response"
            assert record.rec_headers.get_header("WARC-Date") == "2025-03-10T18:30:00Z"
            uri = record.rec_headers.get_header("WARC-Target-URI")
            status = int(record.http_headers.get_statuscode())
            read.append((uri, status, record.content_stream().read()))
    assert read == [(page.url, page.status, page.body) for page in wanted]


def test_warc_is_reproducible(tmp_path: Path) -> None:
    one = sample_sites.pack(1, tmp_path / "one", only=["haugiang"])
    two = sample_sites.pack(1, tmp_path / "two", only=["haugiang"])
    assert one.name == "batch-1.warc.gz"
    assert one.read_bytes() == two.read_bytes()


def test_unknown_batch_is_an_error() -> None:
    with pytest.raises(KeyError, match="no batch 9"):
        list(sample_sites.pages("haugiang", 9))
