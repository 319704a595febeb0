"""Hostile pages and feeds: extracted or unreadable, in bounded time and memory.

Each page of HOSTILE is extracted in its own process, which measures itself. Run as a script, this
file reads names from stdin and forks a process for each.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawlers.crawl.feeds import feed_links
from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage, canonical_of, links_of
from crawlers.extraction.plaintext import extract_plain_text
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from tinwatch.demo import sample_sites

SECONDS = 4  # of processor time, so that a loaded machine changes nothing
MEGABYTES = 500
TAKEN = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
URL = "https://baolaocai.vn/mo-duong-post314.html"
TEXT = "Bà con thôn Suối Vàng ra đồng từ sớm. "
MILLION = 1_000_000


def page(body: str, *, title: str = "Mở đường", before: str = "", head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>"
        f"<h1 class='article__title cms-title'>{title}</h1>{before}"
        f"<div class='article__body cms-body'><p>{TEXT}</p>{body}</div></body></html>"
    ).encode()


def bomb(root: str) -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE {root} [<!ENTITY e0 "lol">{levels}]>'.encode()


def blow_up(root: str) -> bytes:
    """One entity of 100 kB, named 2000 times: 200 MB if anybody resolves it."""
    return f'<!DOCTYPE {root} [<!ENTITY e "{"x" * 100_000}">]>'.encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "140,000 nested divs": lambda: page("<div>" * 140_000 + TEXT),
    "140,000 nested bold tags": lambda: page("<b>" * 140_000 + TEXT),
    "nested tables": lambda: page("<table><tr><td>" * 49_000 + TEXT),
    "nested lists": lambda: page("<ul><li>" * 70_000 + TEXT),
    "nested quotes around the body": lambda: b"<blockquote>" * 80_000 + page(""),
    "nested bodies": lambda: page(("<div class='article__body'>" + TEXT * 20) * 1_500),
    "100,000 attributes": lambda: page(
        "<p " + " ".join(f"a{n}='{n}'" for n in range(100_000)) + f">{TEXT}</p>"
    ),
    "25,000 styled elements": lambda: page(
        f"<p style='text-align: center; font-weight: bold'><i>{TEXT}</i></p>" * 25_000
    ),
    "a class of a million names": lambda: page(f"<p class='{'ad ' * 330_000}'>{TEXT}</p>"),
    "a style without end": lambda: page(f"<p style='{'font-family:' * 80_000}'>{TEXT}</p>"),
    "a style of spaces": lambda: page(f"<p style='text-align:{' ' * MILLION}x'>{TEXT}</p>"),
    "unclosed paragraphs": lambda: page(f"<p>{TEXT}" * 40_000),
    "unclosed tags of every kind": lambda: page("<a href='x'><i><p><td><li>x" * 28_000),
    "tags cut off": lambda: page("<p <b <i <div class='" * 37_000),
    "comments without end": lambda: page(f"<p>{TEXT}</p>" + "<!-- " * 140_000),
    "NUL bytes": lambda: page("\x00".join(TEXT * 20_000)),
    "NUL bytes and nothing else": lambda: b"\x00" * MILLION,
    "entities of entities": lambda: page("&" + "amp;" * 250_000),
    "a ladder of entities": lambda: page("&" + "#38;" * 250_000),
    "a ladder of entities in the title": lambda: page("", title="&amp;" + "#38;" * 50_000),
    "an entity bomb": lambda: bomb("html") + page("<p>&e9;</p>" * 100),
    "an entity of 200 MB": lambda: blow_up("html") + page("<p>" + "&e;" * 2_000 + "</p>"),
    "numeric entities": lambda: page("&#x110000;&#0;&#55296;&#99999999999;" * 30_000),
    "a line of five million letters": lambda: page("<p>" + "ơ" * 2_500_000 + "</p>"),
    "lines of dots": lambda: page("<p>" + "." * MILLION + "</p><p>" + "(" * MILLION + "</p>"),
    "a title of a million letters": lambda: page("", title="Mở đường " * 110_000),
    "a title without spaces": lambda: page("", title="đ" * MILLION),
    "a byline of a million letters": lambda: page(
        "", before=f"<p class='article__author'>{'Hà Thu - ' * 110_000}</p>"
    ),
    "a byline of capitals": lambda: page("", before=f"<p class=article__author>{'A' * MILLION}"),
    "a source of a million letters": lambda: page(
        "", before=f"<p class='article__source'>Theo {'http://' * 140_000}</p>"
    ),
    "a date of a million digits": lambda: page("", before=f"<time class=time>{'1' * MILLION}"),
    "a date of a million dates": lambda: page(
        "", before=f"<time class=time>{'01/02/2025 ' * 90_000}</time>"
    ),
    "a date of words": lambda: page("", before=f"<time class=time>{'thứ ' * 250_000}</time>"),
    "a lead of brackets": lambda: page("", before=f"<p class=article__sapo>{'(HG) - ' * 140_000}"),
    "a lead of dashes": lambda: page("", before=f"<p class=article__sapo>{'A - ' * 250_000}</p>"),
    "captions without end": lambda: page(
        f"<figure><img><figcaption>{'Ảnh: Hà Thu ' * 80_000}</figcaption></figure>"
    ),
    "18,000 captions": lambda: page(
        "<figure><img src=a><figcaption>b</figcaption></figure>" * 18_000
    ),
    "35,000 links": lambda: page(
        "".join(f"<p><a href='/x-post{n}.html'>{n}</a></p>" for n in range(35_000))
    ),
    "100,000 cells": lambda: page(f"<table><tr>{'<td>x</td>' * 100_000}</tr></table>"),
    "140,000 breaks": lambda: page("x<br>" * 70_000 + "<br>" * 70_000),
    "metadata without end": lambda: page(
        "", head="<script type='application/ld+json'>" + "[" * MILLION + "</script>"
    ),
    "25,000 pieces of metadata": lambda: page(
        "", head="<script type='application/ld+json'>{}</script>" * 25_000
    ),
    "UTF-16": lambda: page(TEXT * 10_000).decode().encode("utf-16"),
    "UTF-7": lambda: page("+ADw-script+AD4-" * 50_000).replace(b"utf-8", b"utf-7"),
    "random bytes": lambda: page("").replace(b"</div>", bytes(range(256)) * 4_000 + b"</div>"),
}  # fmt: skip

HOSTILE_FEEDS: dict[str, Callable[[], bytes]] = {
    "an entity bomb": lambda: bomb("rss") + b"<rss><item><link>&e9;</link></item></rss>",
    "an entity of 200 MB": lambda: (
        blow_up("rss") + b"<rss><item><link>" + b"&e;" * 2_000 + b"</link></item></rss>"
    ),
    "nested items": lambda: b"<rss>" + b"<item>" * 170_000,
    "100,000 attributes": lambda: (
        b"<rss " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"><item/></rss>"
    ),
    "a link of a megabyte": lambda: b"<rss><link>http://" + b"a" * MILLION + b"</link></rss>",
    "random bytes": lambda: b"<rss><item>" + bytes(range(256)) * 4_000,
}


def end_of(body: bytes) -> str:
    """How reading a page ends: with an article that can be normalised, or unreadable."""
    try:
        read = extract_article(body, URL, get_site("laocai"), TAKEN, "text/html")
    except UnreadablePage:
        return "unreadable"
    assert isinstance(read, RawArticle)
    normalise(read)
    return "read"


def end_of_feed(body: bytes) -> str:
    links = feed_links(body, "https://baolaocai.vn/rss")
    return "no feed" if links is None else "read"


@pytest.fixture(scope="module")
def measuring() -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, __file__], stdin=pipe, stdout=pipe, text=True, cwd=root, env=environment
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def measured(process: subprocess.Popen[str], kind: str, name: str) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{kind}\t{name}\n")
    process.stdin.flush()
    result: dict[str, Any] = json.loads(process.stdout.readline())
    return result


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_bounded_in_time_and_memory(
    measuring: subprocess.Popen[str], name: str
) -> None:
    result = measured(measuring, "page", name)
    assert result["end"] in ("read", "unreadable")
    assert result["megabytes"] < MEGABYTES


@pytest.mark.parametrize("name", HOSTILE_FEEDS)
def test_hostile_feed_is_bounded_in_time_and_memory(
    measuring: subprocess.Popen[str], name: str
) -> None:
    result = measured(measuring, "feed", name)
    assert result["end"] in ("read", "no feed")
    assert result["megabytes"] < MEGABYTES


@pytest.mark.parametrize("tag", ["<p>a", "<div>", "<img src=a>", "</p>", "<"])
def test_page_of_ten_megabytes_of_tags_is_unreadable(tag: str) -> None:
    """Neither an article nor links are looked for in it, which would take minutes."""
    body = page(tag * (9 * MILLION // len(tag)))
    assert end_of(body) == "unreadable"
    with pytest.raises(UnreadablePage):
        links_of(body, URL)


def test_harmless_page_passes_the_same_limits() -> None:
    """The measuring process reports a harmless page as extracted."""
    assert end_of(page(f"<p>{TEXT}</p>")) == "read"
    assert end_of(b"<p>nothing</p>") == "unreadable"


@pytest.mark.parametrize(
    "link",
    ["http://[kaputt", "http://[::1", "//[x", "http://a:b:c/", "http://\udcff/", "\x00", "?"],
)
def test_malformed_link_is_ignored(link: str) -> None:
    body = page(f"<p><a href='{link}'>Mở đường vào bản</a></p>".encode("utf-8", "replace").decode())
    assert end_of(body) == "read"
    assert isinstance(links_of(body, URL), list)
    assert get_site("laocai").key_of(link) is None


@cache
def sample(site: str = "laocai") -> bytes:
    pages = sample_sites.pages(site, 1)
    return next(p.body for p in pages if get_site(site).key_of(p.url))


FUZZ = settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
sites = st.sampled_from(["laocai", "cantho", "hanoi_sotttt", "yenbai", "backan"])
places = st.floats(0, 1)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """A sample page with cuts, repeats, splices, swapped bytes and noise."""
    site = draw(sites)
    body = sample(site)
    for _ in range(draw(st.integers(1, 6))):
        start, end = sorted(int(draw(places) * len(body)) for _ in range(2))
        middle = body[start:end]
        change = draw(st.sampled_from(["cut", "repeat", "splice", "truncate", "noise", "tags"]))
        if change == "cut":
            body = body[:start] + body[end:]
        elif change == "repeat":
            body = body[:end] + middle[:20_000] + body[end:]
        elif change == "splice":
            body = body[:start] + sample(draw(sites))[start:end] + body[end:]
        elif change == "truncate":
            body = body[:end] or b"<"
        elif change == "noise":
            body = body[:start] + draw(st.binary(max_size=40)) + body[start:]
        else:
            tag = draw(
                st.sampled_from([b"<table>", b"</div>", b"<!--", b"<script>", b"<p>", b"]]>"])
            )
            body = body[:start] + tag + body[start:]
    return site, body


def survives(site: str, body: bytes, content_type: str | None = None) -> None:
    url = get_site(site).root() + "/x"
    try:
        normalise(extract_article(body, url, get_site(site), TAKEN, content_type))
    except UnreadablePage:
        return


@FUZZ
@given(mutations())
def test_mutated_page_is_extracted_or_unreadable(mutated: tuple[str, bytes]) -> None:
    survives(*mutated)


@FUZZ
@given(st.binary(max_size=2_000), sites, st.sampled_from([None, "text/html; charset=utf-8", "x"]))
@example(b"\xff\xfe", "laocai", None)
@example(b"<", "laocai", None)
@example(b"\xef\xbb\xbf", "laocai", None)
@example(b"<?", "cantho", None)
def test_random_bytes_are_extracted_or_unreadable(
    body: bytes, site: str, content_type: str | None
) -> None:
    survives(site, body, content_type)


@FUZZ
@given(st.binary(max_size=500), st.sampled_from(["title", "body", "date"]), st.text(max_size=80))
def test_random_text_in_the_fields(noise: bytes, field: str, text: str) -> None:
    given_text = text.encode("utf-8", "replace") + noise
    parts = {"title": b"M\xe1\xbb\x9f", "body": TEXT.encode(), "date": b""} | {field: given_text}
    body = (
        b"<h1 class='article__title'>%b</h1><time class='time' datetime='%b'>%b</time>"
        b"<div class='article__body'><p>%b</p></div>"
    ) % (parts["title"], parts["date"], parts["date"], parts["body"])
    survives("laocai", body)


@FUZZ
@given(st.binary(max_size=1_000))
def test_random_text_captures(body: bytes) -> None:
    for site in ("haugiang", "yenbai", "travinh"):
        try:
            normalise(extract_plain_text(body, get_site(site), TAKEN))
        except UnreadablePage:
            continue


@FUZZ
@given(mutations())
def test_links_of_a_mutated_page(mutated: tuple[str, bytes]) -> None:
    site, body = mutated
    try:
        for link in links_of(body, URL):
            get_site(site).key_of(link)
        canonical_of(body)
    except UnreadablePage:
        return


def report(**result: object) -> None:
    print(json.dumps(result), flush=True)


def read_and_report(kind: str, name: str) -> None:
    body = (HOSTILE if kind == "page" else HOSTILE_FEEDS)[name]()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # ends the process, whatever it does then
    end = end_of(body) if kind == "page" else end_of_feed(body)
    signal.setitimer(signal.ITIMER_PROF, 0)
    report(end=end, megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    end_of(page(""))  # loads what is loaded at first use
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                read_and_report(*line.rstrip("\n").split("\t"))
            except BaseException as error:
                report(end=f"raised {error!r:.300}", megabytes=0)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == signal.SIGPROF:
            report(end=f"not read after {SECONDS} seconds", megabytes=0)
        elif status:
            report(end=f"died with status {status}", megabytes=0)


if __name__ == "__main__":
    main()
