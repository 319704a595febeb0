"""The sample sites: four batches of eight small news sites, as responses or as a WARC file.

The texts are in `tinwatch/demo/sample/`: one folder per site, and `manifest.toml` for the changes
between the batches. This module fills the templates; its output is reproducible.
"""

from __future__ import annotations

import re
import tomllib
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.timezone import VIETNAM
from tinwatch.demo.scenario import (
    SAMPLE,
    Entry,
    Kind,
    SampleBatch,
    batch_of,
    states,
    text_in,
)

MAX_RELATED = 5  # articles in the list under an article

_WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
_REASONS = {200: "OK", 302: "Found", 404: "Not Found"}


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    home: str
    listing: str
    next_listing: str | None
    feed: str | None
    per_page: int
    entries: tuple[Entry, ...]
    templates: dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One HTTP response: `headers` without Content-Length, `body` in their charset."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


def sites() -> list[str]:
    """Return the sorted names of the sample sites, which are the spiders' names."""
    return sorted(path.parent.name for path in SAMPLE.glob("*/site.toml"))


def pages(site: str, batch: int) -> Iterator[Page]:
    """Return all responses of a site: robots.txt, front page, listings, feed, then articles.

    A removed article answers 404, or 302 to the front page. Raise KeyError for an unknown batch
    and FileNotFoundError for an unknown site.
    """
    when = batch_of(batch)
    facts = load(site)
    state = states(batch)
    published = [text_in(entry, batch) for entry in facts.entries if entry.batch <= batch]
    alive = [e for e in published if state.get(e.url) not in ("gone", "redirected")]
    yield _page(urljoin(facts.home, "/robots.txt"), "User-agent: *\nAllow: /\n", when, "text/plain")
    yield _page(facts.home, _listing(facts, alive[: facts.per_page], "", when), when)
    yield from _listings(facts, alive, when)
    if facts.feed:
        yield _page(facts.feed, _rss(facts, alive), when, "application/rss+xml")
    for entry in published:
        yield _article_page(facts, entry, alive, state.get(entry.url), when)


def pack(batch: int, to: Path, only: Sequence[str] | None = None) -> Path:
    """Write the batch's responses of all sites (or `only` these) to `to`/batch-N.warc.gz.

    One gzip member per record; WARC-Date is the batch's time in UTC. Return the file's path.
    """
    when = batch_of(batch)
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"batch-{batch}.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for site in sites() if only is None else only:
            for page in pages(site, batch):
                writer.write_record(_record(writer, page, when))
    return path


@cache
def load(site: str) -> Site:
    """Return a site from its folder, articles newest first, before any change."""
    folder = SAMPLE / site
    facts = tomllib.loads((folder / "site.toml").read_text("utf-8"))
    names = ("layout", "listing", "item", "related")
    entries = [_entry(folder, row) for row in facts["article"]]
    return Site(
        name=site,
        home=facts["home"],
        listing=facts["listing"],
        next_listing=facts.get("next_listing"),
        feed=facts.get("feed"),
        per_page=facts["per_page"],
        entries=tuple(sorted(entries, key=lambda entry: -entry.batch)),
        templates={name: (folder / f"{name}.html").read_text("utf-8") for name in names},
    )


def _entry(folder: Path, row: dict[str, Any]) -> Entry:
    html = (folder / row["file"]).read_text("utf-8").strip()
    return Entry(row["url"], row["title"], row["lead"], row["date"], row["batch"], html)


def _fill(template: str, **slots: str) -> str:
    """Replace each {{slot}} by its HTML."""
    for name, text in slots.items():
        template = template.replace("{{" + name + "}}", text)
    return template


def _item(template: str, entry: Entry) -> str:
    slots = {name: escape(getattr(entry, name)) for name in ("url", "title", "lead", "date")}
    return _fill(template.strip(), **slots)


def _volatile(url: str, when: SampleBatch) -> dict[str, str]:
    """Return counters and the masthead clock, which differ on every page and in every batch."""
    seed = zlib.crc32(url.encode())
    clock = when.at + timedelta(seconds=seed % 3000)
    day = _WEEKDAYS[clock.weekday()] if clock.weekday() < 6 else None
    name = f"Thứ {day}" if day else "Chủ nhật"
    return {
        "visits": f"{7_200_000 + seed % 90_000 + when.number * (1_130 + seed % 17):,}",
        "online": str(11 + (seed + 7 * when.number) % 53),
        "clock": f"{name}, {clock:%d/%m/%Y %H:%M:%S}",
    }


def _article_page(
    site: Site, entry: Entry, alive: list[Entry], state: Kind | None, when: SampleBatch
) -> Page:
    if state == "gone":
        return _page(entry.url, _notice("404 - Không tìm thấy trang"), when, status=404)
    if state == "redirected":
        moved = _page(entry.url, _notice("302 Found"), when, status=302)
        return replace(moved, headers={**moved.headers, "Location": site.home})
    others = [other for other in alive if other.url != entry.url]
    turn = when.number % max(len(others), 1)
    rotated = (others[turn:] + others[:turn])[:MAX_RELATED]
    body = _item(site.templates["layout"].replace("{{article}}", entry.html), entry)
    related = "\n".join(_item(site.templates["related"], other) for other in rotated)
    body = _fill(body, related=related, toolbar=when.toolbar, **_volatile(entry.url, when))
    return _page(entry.url, body, when)


def _listings(site: Site, alive: list[Entry], when: SampleBatch) -> Iterator[Page]:
    """Return the section's listing pages, or one page if the site has no pagination."""
    urls = [site.listing]
    if site.next_listing:
        count = max(1, -(-len(alive) // site.per_page))
        urls += [site.next_listing.replace("{page}", str(n)) for n in range(2, count + 1)]
    for index, url in enumerate(urls):
        part = alive[index * site.per_page : (index + 1) * site.per_page]
        yield _page(url, _listing(site, part, _pager(urls, index), when, url), when)


def _listing(
    site: Site, entries: list[Entry], pager: str, when: SampleBatch, url: str | None = None
) -> str:
    items = "\n".join(_item(site.templates["item"], entry) for entry in entries)
    slots = {"items": items, "pages": pager, **_volatile(url or site.home, when)}
    return _fill(site.templates["listing"], **slots)


def _pager(urls: list[str], current: int) -> str:
    links = [
        f"<strong>{n + 1}</strong>" if n == current else f'<a href="{escape(url)}">{n + 1}</a>'
        for n, url in enumerate(urls)
    ]
    return " ".join(links)


def _rss(site: Site, entries: list[Entry]) -> str:
    items = "\n".join(_rss_item(entry) for entry in entries)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(site.name)}</title><link>{escape(site.home)}</link>\n"
        f"<description>Tin mới</description>\n{items}\n</channel></rss>\n"
    )


def _rss_item(entry: Entry) -> str:
    address = escape(entry.url)
    return (
        f"<item><title>{escape(entry.title)}</title><link>{address}</link>"
        f"<guid>{address}</guid><description>{escape(entry.lead)}</description>"
        f"{_pub_date(entry.date)}</item>"
    )


def _pub_date(printed: str) -> str:
    """Return the pubDate of a feed item if the listing prints a day and an hour, else nothing."""
    day = re.search(r"(\d{1,2})/(\d{1,2})/(\d{4})", printed)
    hour = re.search(r"(\d{1,2}):(\d{2})", printed)
    if not day or not hour:
        return ""
    number, month, year = (int(part) for part in day.groups())
    at = datetime(year, month, number, int(hour[1]), int(hour[2]), tzinfo=VIETNAM)
    return f"<pubDate>{format_datetime(at)}</pubDate>"


def _notice(text: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{text}</title></head>\n<body><h1>{text}</h1></body></html>\n"
    )


def _page(
    url: str, text: str, when: SampleBatch, kind: str = "text/html", status: int = 200
) -> Page:
    headers = {
        "Date": format_datetime(when.at.astimezone(UTC), usegmt=True),
        "Content-Type": f"{kind}; charset=utf-8",
    }
    return Page(url, status, headers, text.encode())


def _record(writer: Any, page: Page, when: SampleBatch) -> Any:
    """Return a WARC response record; its id depends on time and URL only (reproducible)."""
    stamp = when.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    http = StatusAndHeaders(
        f"{page.status} {_REASONS[page.status]}",
        [*page.headers.items(), ("Content-Length", str(len(page.body)))],
        protocol="HTTP/1.1",
    )
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{stamp} {page.url}")
    headers = {"WARC-Date": stamp, "WARC-Record-ID": f"<urn:uuid:{name}>"}
    return writer.create_warc_record(
        page.url, "response", BytesIO(page.body), http_headers=http, warc_headers_dict=headers
    )
