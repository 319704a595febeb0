"""Canonical URLs: one form for the many variants under which a page is linked."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus, unquote_to_bytes, urlsplit, urlunsplit

from pipelines.text.memo import cache_short_texts

# Prefixes of parameters that identify the visitor and never the page: campaigns, sessions, and
# ASP.NET's question whether the visitor accepts cookies.
# `sid` is not one of them: on old sites it is the article's number.
VISITOR_PARAMETER_PREFIXES = (
    "utm_", "fbclid", "gclid", "zarsrc", "p_p_auth", "mc_cid", "mc_eid", "update_language",
    "phpsessid", "jsessionid", "aspsessionid", "asp.net_sessionid", "sessionid",
    "aspxautodetectcookiesupport",
)  # fmt: skip
VISITOR_PARAMETER = re.compile(
    rf"(?:^|&)(?:{'|'.join(map(re.escape, VISITOR_PARAMETER_PREFIXES))})[^=&]*(?:=[^&]*)?(?=&|$)",
    re.I,
)
# ;jsessionid=... of Java, and /(S(...))/ or /(X(1)S(...))/ of ASP.NET without cookies.
PATH_SESSION = re.compile(r";jsessionid=[^/;?]*|/\((?:[AFSX]\([^()/]{0,200}\)){1,4}\)(?=/|$)", re.I)
ESCAPED_SLASH = re.compile("%2f", re.I)
PLAIN_PATH = re.compile(r"[\w.~/-]*", re.ASCII)
UNRESERVED = "!$&'()*+,;=:@/~-._"


@cache_short_texts(2048)  # several steps need the key of the same URL in short succession
def canonical_target(path: str, query: str) -> str:
    """Return path and query of a URL as `canonical_url` writes them."""
    path, query = _path(path), _query(query)
    return f"{path}?{query}" if query else path


@cache_short_texts(2048)  # and its form
def canonical_url(
    url: str, *, scheme: str = "https", hosts: frozenset[str] = frozenset(), main_host: str = ""
) -> str:
    """Return the form in which a URL is stored and compared.

    Removes ports 80 and 443, fragments and visitor parameters, and unifies percent-encoding. Other
    parameters stay in their order: on some sites they identify the article.

    Args:
        scheme: the scheme that the site serves
        hosts: the site's other hosts (retired ones, www), which become `main_host`
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if host in hosts and main_host:
        host = main_host
    try:
        port = parts.port
    except ValueError:
        port = None
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    if port is not None and ":" in main_host and (parts.hostname or "") in main_host:
        netloc = main_host
    return urlunsplit((scheme, netloc, _path(parts.path) or "/", _query(parts.query), ""))


def _path(path: str) -> str:
    """Unify the percent-escapes of a path. "%2F" is no slash, and other bytes stay as they are."""
    if PLAIN_PATH.fullmatch(path):  # nearly all
        return path
    names = ESCAPED_SLASH.split(PATH_SESSION.sub("", path))
    return "%2F".join(quote(_bytes(name), safe=UNRESERVED) for name in names)


def _query(query: str) -> str:
    if not query:
        return ""
    pieces = (piece for piece in VISITOR_PARAMETER.sub("", query).split("&") if piece)
    return "&".join("=".join(map(_query_part, piece.split("=", 1))) for piece in pieces)


def _query_part(text: str) -> str:
    return quote_plus(_bytes(text.replace("+", " ")))


def _bytes(text: str) -> bytes:
    return unquote_to_bytes(text.encode("utf-8", "replace"))
