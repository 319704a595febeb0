"""Names of the web archives that captures come from, by the address at which an archive has one."""

from __future__ import annotations

from urllib.parse import urlsplit

NAMES = {
    "web.archive.org": "Internet Archive",
    "data.commoncrawl.org": "Common Crawl",
    "commoncrawl.org": "Common Crawl",
}


def archive_name(source_url: str) -> str:
    """Return the name of a known archive, else its host."""
    try:
        host = (urlsplit(source_url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    return NAMES.get(host) or host or source_url
