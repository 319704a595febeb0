"""Synthetic sites: real site modules under other names, with pages made from their fixtures.

Each page has the markup of its fixture, random words, its own key, and the teasers and scripts of a
page of such a site. Its size, number of elements and text length are those of real pages
(page_statistics.py). `register` adds the sites to the registry of this process.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers import registry as discovery
from crawlers.spider import SiteSpider
from pipelines.text.normal_forms import search_fold

ROOT = Path(__file__).parents[2]
ARTICLE_WORDS = 720  # in all paragraphs, leads and captions; added if the fixture has fewer
TEASERS = 74  # links to other articles around the text, of four elements each
SCRIPT_BYTES = 13_000
PARAGRAPH_WORDS, SENTENCE_WORDS = 50, 25
PARAGRAPH = re.compile(r"(<p[^>]*>)([^<]{40,})(</p>)")
HTML = [("Content-Type", "text/html; charset=utf-8")]
CAPTURE_TIMES = {1: "2026-03-19T18:30:00Z", 2: "2026-03-20T18:30:00Z"}
FIRST_BATCH_OFFSET = 1000  # the first batch has other articles, numbered from here


@dataclass(frozen=True, slots=True)
class Fixture:
    site: type[SiteSpider]
    url: str
    key: str
    title: str
    html: str


@cache
def fixtures() -> list[Fixture]:
    """One UTF-8 fixture of each site with article keys that can be replaced within the URL."""
    found: dict[str, Fixture] = {}
    for file in sorted((ROOT / "tests" / "sites").glob("*/*/expected.json")):
        stated = json.loads(file.read_text(encoding="utf-8"))
        site = discovery.all_sites().get(file.parts[-3])
        page = file.parent / "page.html"
        if site is None or site.name in found or not stated.get("body") or not page.exists():
            continue
        try:
            html = page.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        key = site.key_of(stated["url"])
        if key and stated["title"] in html and PARAGRAPH.search(html):
            found[site.name] = Fixture(site, stated["url"], key, stated["title"], html)
    return [one for one in found.values() if _changes_keys(one)]


def _changes_keys(fixture: Fixture) -> bool:
    numbers = (0, 1, 99, FIRST_BATCH_OFFSET, FIRST_BATCH_OFFSET + 1)
    keys = {fixture.site.key_of(article_url(fixture, n)) for n in numbers}
    return None not in keys and len(keys) == len(numbers)


def article_url(fixture: Fixture, number: int) -> str:
    key = fixture.key
    if key.isdigit():
        other = str(int(key) + number)
    elif key.endswith("/"):
        other = f"{key[:-1]}-{number}/"
    elif re.search(r"\d$", key):
        other = f"{key[:-4]}{number:04d}"
    else:
        other = f"{key}-{number}"
    return other.join(fixture.url.rsplit(key, 1))


def article_path(fixture: Fixture, number: int) -> str:
    return urlsplit(article_url(fixture, number)).path


def name_of(number: int) -> str:
    return f"dem_{number:03d}"


def register(count: int) -> list[str]:
    """Add the sites to the registry; return their names."""
    known = discovery.all_sites()
    for number in range(count):
        fixture = fixtures()[number % len(fixtures())]
        stated: dict[str, Any] = {
            "__module__": __name__,
            "name": name_of(number),
            "domains": [f"{name_of(number).replace('_', '-')}.example"],
            "retired_domains": [],
            "sections": ["muc"],
            "listing_url": "{root}/{section}",
            "next_listing": None,
            "feeds": [],
            "status_note": None,
            "successor": None,
            "scheme": "https",
        }
        known[name_of(number)] = type(f"Dem{number:03d}", (fixture.site,), stated)
    return [name_of(number) for number in range(count)]


@cache
def _words() -> list[str]:
    texts = [m[2] for one in fixtures() for m in PARAGRAPH.finditer(one.html)]
    return re.findall(r"[^\W\d_]{2,}", " ".join(texts).lower())


def _sentence(random_source: random.Random, length: int) -> str:
    return " ".join(random_source.choices(_words(), k=length)).capitalize()


def pages(number: int, count: int, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """A site's listing and its articles from number `first` on, `count` pages in all."""
    fixture = fixtures()[number % len(fixtures())]
    host = f"{name_of(number).replace('_', '-')}.example"
    numbers = range(first, first + count - 1)
    urls = {
        n: urlsplit(article_url(fixture, n))._replace(netloc=host, scheme="https").geturl()
        for n in numbers
    }
    links = "".join(f'<li><a href="{url}">Bài số {n}</a></li>' for n, url in urls.items())
    yield f"https://{host}/muc", f"<html><body><ul>{links}</ul></body></html>".encode()
    for n, url in urls.items():
        yield url, article_page(fixture, number, n, host)


def article_page(fixture: Fixture, number: int, n: int, host: str) -> bytes:
    random_source = random.Random(number * 1000 + n)
    html = fixture.html.replace(fixture.title, _sentence(random_source, 10)).replace(
        fixture.url,
        urlsplit(article_url(fixture, n))._replace(netloc=host, scheme="https").geturl(),
    )
    lengths = [len(m[2].split()) for m in PARAGRAPH.finditer(html)]
    more = max(0, ARTICLE_WORDS - sum(lengths)) // len(lengths)
    html = PARAGRAPH.sub(lambda m: _paragraphs(random_source, m, len(m[2].split()) + more), html)
    around = "".join(_teaser(random_source, host, k) for k in range(TEASERS))
    return html.replace("</body>", f'<ul class="menu-footer">{around}</ul></body>').encode()


def _paragraphs(random_source: random.Random, found: re.Match[str], words: int) -> str:
    """Paragraphs of at most LONGEST words in the markup of the fixture's one."""
    texts = (
        " ".join(f"{_sentence(random_source, n)}." for n in _parts(length, SENTENCE_WORDS))
        for length in _parts(words, PARAGRAPH_WORDS)
    )
    return "".join(f"{found[1]}{text}{found[3]}" for text in texts)


def _parts(length: int, most: int) -> list[int]:
    """Split a length into parts of at most `most`."""
    whole, rest = divmod(length, most)
    return [most] * whole + [rest] * (rest > 0)


def _teaser(random_source: random.Random, host: str, number: int) -> str:
    """A list item: linked picture and title, and a tracking script."""
    title = _sentence(random_source, 10)
    url = f"https://{host}/chuyen-muc/{search_fold(title).replace(' ', '-')}-{number}.html"
    script = f'dataLayer.push({{"event":"teaser","n":{number},"url":"{url}"}});'
    return (
        f'<li class="item item-{number % 5}"><a href="{url}" title="{title}">'
        f'<img src="/anh/2026/03/{number}.jpg" alt="{title}"/>{title}</a>\n'
        f"<script>{script.ljust(SCRIPT_BYTES // TEASERS)}</script></li>\n"
    )


def write_warc(path: Path, number: int, count: int, *, batch: int = 2) -> int:
    """Write one site's pages as a WARC file; return the size of their bodies in bytes."""
    total = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in pages(number, count, (2 - batch) * FIRST_BATCH_OFFSET):
            http = StatusAndHeaders("200 OK", HTML, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                url, "response", BytesIO(body), http_headers=http,
                warc_headers_dict={"WARC-Date": CAPTURE_TIMES[batch]},
            )  # fmt: skip
            writer.write_record(record)
            total += len(body)
    return total
