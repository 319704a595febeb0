"""Parse printed credits to the source of a text: "Theo ...", "Nguồn: ...", a URL."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipelines.record.bylines.organisations import (
    HOST,
    is_organisation,
    is_publisher,
    organisation_name,
)
from pipelines.record.bylines.person_names import is_collective, is_initials, is_person
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean
from storage.models import Source

_MAX_CREDIT_CHARS = 200  # without the URL; a credit is a short line of its own
_MAX_CREDIT_WORDS = 14
_MAX_CREDIT_WITH_URL_CHARS = 4000  # a URL has at most about 2,000, as a sitemap allows
_URL = re.compile(r"https?://[^\s<>\"'“”()\[\],;]+", re.IGNORECASE)
# Initials of the person who posted it, joined to a host: "http://www.bao.vn-HT".
_JOINED_INITIALS = re.compile(
    rf"(https?://(?:www\.)?{HOST.pattern})-([A-ZĐ]{{1,3}})$", re.IGNORECASE
)
_ORIGIN = re.compile(
    r"(?:nguồn(?:\s+(?:tin|bài|trích dẫn))?|source)\s*:\s*(?P<rest>.+)$", re.IGNORECASE
)
_NAMED_ORIGIN = re.compile(r"nguồn\s+(?P<name>[^:]{2,60}?)\s*:\s*(?=https?://)", re.IGNORECASE)
_ORIGIN_BARE = re.compile(r"nguồn\s+(?P<rest>\S.*)$", re.IGNORECASE)
_ACCORDING = re.compile(
    r"(?:(?:t/h|tổng hợp|lược dịch|dịch|biên dịch)\s+)?theo\s*:?\s+(?P<rest>\S.*)$", re.IGNORECASE
)
# "Theo PV (TTXVN/Vietnam+)", "Thu Cúc/Báo Ba Tơ": who wrote the text, and where it comes from.
_REPRINTED = re.compile(
    r"(?:theo\s*:?\s+)?(?P<who>[^()/]{2,60}?)\s*(?:/\s*(?P<paper>[^()]+)|\((?P<inner>[^()]+)\))",
    re.IGNORECASE,
)
# "Healthline", "Science Daily": no word of Vietnamese.
_FOREIGN_NAME = re.compile(r"[A-Z][A-Za-z.'-]+(?:\s+[A-Z&][A-Za-z.'-]*){0,4}")
_MIN_FOREIGN_CHARS = 6  # of its longest word; shorter ones may be Vietnamese
_NAMES_SEPARATOR = re.compile(r"\s*[,&+]\s*|\s+(?:và|-|–)\s+")
_PROSE_START = re.compile(
    r"(?:ông|bà|đó|đồng chí|anh|chị|bác|kế hoạch|tôi|em)(?!\w)", re.IGNORECASE
)
_OUTER_CHARACTERS = " \t.,;|•*-–—"


def parse_source(printed: str) -> Source | None:
    """Return the source that a line credits, or None if the line is no credit.

    A source that is only a URL is named by its host without "www.".
    """
    if len(printed) > _MAX_CREDIT_WITH_URL_CHARS:
        return None
    text = _unwrapped(clean(printed))
    url = _url_of(text) if "://" in text else None
    rest_length = len(text) - len(url or "")
    if not text or rest_length > _MAX_CREDIT_CHARS or len(text.split()) > _MAX_CREDIT_WORDS:
        return None
    if url and text.startswith(url):
        return Source(host_of(url), url)
    if match := _NAMED_ORIGIN.match(text):
        return Source(organisation_name(match["name"]), url)
    if match := _ORIGIN.match(text):
        return _credited(match["rest"], url)
    if reprinted_byline(text) is not None:
        return None
    if match := _ACCORDING.match(text) or _ORIGIN_BARE.match(text):
        rest = match["rest"]
        return _credited(rest, url) if url or _names_a_source(_unwrapped(rest)) else None
    return None


def reprinted_byline(text: str) -> tuple[str, Source] | None:
    """Return who wrote a reprinted text and its publisher, if a credit names both."""
    if len(text) > _MAX_CREDIT_CHARS or not ("/" in text or "(" in text):
        return None
    match = _REPRINTED.fullmatch(_unwrapped(text))
    if match is None:
        return None
    who, publisher = match["who"], _unwrapped(match["paper"] or match["inner"])
    names = _NAMES_SEPARATOR.split(who)
    if not all(is_person(n, 2) or is_initials(n) or is_collective(n) for n in names):
        return None
    return (who, Source(organisation_name(publisher))) if is_publisher(publisher) else None


@cache_short_texts(4096)
def is_source(text: str) -> bool:
    """Return True if the line is a credit to a source."""
    return parse_source(text) is not None


def joined_initials(printed: str) -> str | None:
    """Return the initials joined to the end of a source's URL, or None."""
    words = clean(printed).split()
    match = _JOINED_INITIALS.search(words[-1][-_MAX_CREDIT_WITH_URL_CHARS:]) if words else None
    return match[2] if match else None


def _unwrapped(text: str) -> str:
    text = text.strip(_OUTER_CHARACTERS)
    while text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip(_OUTER_CHARACTERS)
    return text


def _url_of(text: str) -> str | None:
    match = _URL.search(text)
    if not match:
        return None
    url = match[0].rstrip(".,:;!?")
    joined = _JOINED_INITIALS.fullmatch(url)
    return joined[1] if joined else url


def host_of(url: str) -> str:
    """Return the host of a URL without "www."."""
    try:
        host = urlsplit(url).hostname or url
    except ValueError:  # a bracketed host that is no IPv6 address
        host = url
    return host.removeprefix("www.")


def _credited(rest: str, url: str | None) -> Source | None:
    name = _URL.sub("", rest)
    name = _unwrapped(name.replace("()", "").strip(" :-–—"))
    if not name or (url and not any(c.isalpha() for c in name)) or (url and rest.startswith(url)):
        return Source(host_of(url), url) if url else None
    if len(name) < 2 or not any(c.isalpha() for c in name):
        return None
    return Source(organisation_name(name), url)


def _names_a_source(text: str) -> bool:
    """Return True if the text after "Theo" or "Nguồn" is a publisher, organisation or person."""
    if _PROSE_START.match(text) or text.endswith((":", "?", "!")):
        return False
    if is_publisher(text) or is_organisation(text):
        return True
    parts = re.split(r"\s*[,/&+]\s*|\s+(?:và|-|–)\s+", text)
    return all(is_publisher(p) or is_person(p) or _is_foreign_name(p) for p in parts)


def _is_foreign_name(text: str) -> bool:
    longest = max(map(len, text.split()), default=0)
    return longest >= _MIN_FOREIGN_CHARS and _FOREIGN_NAME.fullmatch(text) is not None
