"""The site of a saved file, for an import that does not name it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from crawlers.extraction.html import MAX_PAGE_BYTES, UnreadablePage
from crawlers.extraction.plaintext import frame_lines
from crawlers.extraction.plaintext_lines import TextLine
from crawlers.inspection.pages import site_of
from crawlers.registry import UnknownSite, all_sites
from crawlers.reprocess.archive_files import TEXT_NAMES, is_archive
from crawlers.reprocess.importer import stated_urls
from crawlers.spider import SiteSpider
from pipelines.record.bylines.organisations import HOST
from pipelines.text.normal_forms import search_fold
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_inspection import FrameLine
from storage.messages.reasons_lookups import LookupReason
from storage.reasons import Reason

HOST_INSIDE = re.compile(rf"(?<![\w.@-]){HOST.pattern}(?![\w-])", re.IGNORECASE)
EMAIL_HOST = re.compile(rf"(?<=@){HOST.pattern}(?![\w-])", re.IGNORECASE)
MIN_HOST_WORD_CHARS = 8  # shorter first parts of hosts are words
# Where a page names its own publisher, the surest first. Lists of links name others, too.
OWN_NAME_KINDS = (
    (FrameLine.MASTHEAD, FrameLine.CLOCK, FrameLine.BREADCRUMB, FrameLine.TOOLBAR),
    (FrameLine.IMPRINT,),
    (FrameLine.AFTER_END,),
)


def site_of_file(file: Path, url: str | None = None) -> type[SiteSpider]:
    """Return the site of a text or HTML file: by its URL, or by what it prints of its publisher.

    Raise UnknownSite, InputError for an invalid URL or no file, OSError.
    """
    if url is not None:
        return site_of(url)
    if not file.is_file():
        raise InputError(Reason(InputReason.NO_FILE, file=str(file)))
    site = None
    if file.stat().st_size <= MAX_PAGE_BYTES and not is_archive(file):
        body = file.read_bytes()
        is_text = file.name.lower().endswith(TEXT_NAMES)
        site = site_of_text(frame_lines(body)) if is_text else _site_of_page(body)
    if site is None:
        raise UnknownSite(Reason(LookupReason.NO_SITE_OF_FILE, file=file.name))
    return site


def _site_of_page(body: bytes) -> type[SiteSpider] | None:
    try:
        urls = stated_urls(body)
    except UnreadablePage:
        return None
    return site_of(urls[0]) if urls else None


def site_of_text(lines: list[TextLine]) -> type[SiteSpider] | None:
    """Return the only site whose host, or else name, a text capture prints outside the article."""
    for kinds in OWN_NAME_KINDS:
        own = [line for line in lines if line.frame in kinds]
        text = "\n".join(line.text for line in own)
        by_host = _sites_of_hosts(HOST_INSIDE.findall(text))
        by_name = _sites_of_names(text)
        both = [site for site in by_host if site in by_name]
        by_email = _sites_of_hosts(EMAIL_HOST.findall(text))
        for sites in (both, by_host, by_name, _sites_of_mastheads(own), by_email):
            if len(sites) == 1:
                return sites[0]
    return None


def _sites_of_hosts(hosts: Iterable[str]) -> list[type[SiteSpider]]:
    printed = {host.lower() for host in hosts}
    return [site for site in all_sites().values() if printed & site.bare_hosts]


def _sites_of_names(text: str) -> list[type[SiteSpider]]:
    """Return the sites whose name is printed; of names that begin alike, the longest."""
    words = " ".join(search_fold(text).split())
    named = [site for site in all_sites().values() if _is_printed(site, words)]
    names = [search_fold(site.title) for site in named]
    return [
        site
        for site, name in zip(named, names, strict=True)
        if not any(name != other and name in other for other in names)
    ]


def _is_printed(site: type[SiteSpider], words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(search_fold(site.title))}(?!\w)", words) is not None


def _sites_of_mastheads(lines: list[TextLine]) -> list[type[SiteSpider]]:
    """Return the sites whose host is the printed name in one word: "BÁO X ĐIỆN TỬ", baox.vn."""
    names = [re.sub(r"\W", "", search_fold(line.text)) for line in lines]
    return [
        site
        for site in all_sites().values()
        for host in site.domains
        if len(word := host.removeprefix("www.").split(".")[0]) >= MIN_HOST_WORD_CHARS
        and any(name.startswith(word) for name in names)
    ]
