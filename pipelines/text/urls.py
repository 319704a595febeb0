"""Canonical URLs: one form for the many under which a page is linked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pipelines.text.memo import remembered

# Parameters, by how their names begin, that name the visitor and never the page: campaigns and
# sessions. `sid` is none of them: on old sites it is the article's number.
TRACKING = (
    "utm_", "fbclid", "gclid", "zarsrc", "p_p_auth", "mc_cid", "mc_eid", "update_language",
    "phpsessid", "jsessionid", "aspsessionid", "asp.net_sessionid", "sessionid",
)  # fmt: skip
VISITOR = re.compile(
    rf"(?:^|&)(?:{'|'.join(map(re.escape, TRACKING))})[^=&]*(?:=[^&]*)?(?=&|$)", re.I
)
PATH_SESSION = re.compile(r";jsessionid=[^/;?]*", re.I)
UNRESERVED = "!$&'()*+,;=:@/~-._"


def own_target(path: str, query: str) -> str:
    """Path and query of an address without what names the visitor: sessions and campaigns."""
    if ";" in path:
        path = PATH_SESSION.sub("", path)
    if query:
        query = VISITOR.sub("", query).lstrip("&")
    return f"{path}?{query}" if query else path


@remembered(2048)  # of one page it is asked for by several, one soon after the other
def canonical_url(
    url: str, *, scheme: str = "https", hosts: frozenset[str] = frozenset(), main_host: str = ""
) -> str:
    """The form in which we keep a URL.

    `scheme` is the one that the site serves; a host among `hosts` (retired ones, www) becomes
    `main_host`. Ports 80 and 443, fragments and tracking parameters go; percent-encoding is
    written in one way. Other parameters stay, in their order: on some of these sites they name
    the article.
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
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(TRACKING)
    ]
    path = quote(PATH_SESSION.sub("", unquote(parts.path)), safe=UNRESERVED) or "/"
    return urlunsplit((scheme, netloc, path, urlencode(query), ""))
