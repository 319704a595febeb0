"""Canonical URLs: one form for the many variants under which a page is linked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pipelines.text.memo import cache_short_texts

# Prefixes of parameters that identify the visitor and never the page: campaigns and sessions.
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
# ";jsessionid=..." of Java servers, and "/(S(...))" of ASP.NET without cookies, which may also hold
# A(...), F(...) and X(...).
PATH_SESSION = re.compile(r";jsessionid=[^/;?]*|/\((?:[A-Z]\([^()/]*\))+\)(?=/)", re.I)
UNRESERVED = "!$&'()*+,;=:@/~-._"


def target_without_visitor(path: str, query: str) -> str:
    """Return the path and query of a URL without session and campaign parameters."""
    if ";" in path or "/(" in path:
        path = PATH_SESSION.sub("", path)
    if query:
        query = VISITOR_PARAMETER.sub("", query).lstrip("&")
    return f"{path}?{query}" if query else path


@cache_short_texts(2048)  # several steps need the form of the same URL in short succession
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
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(VISITOR_PARAMETER_PREFIXES)
    ]
    path = quote(PATH_SESSION.sub("", unquote(parts.path)), safe=UNRESERVED) or "/"
    return urlunsplit((scheme, netloc, path, urlencode(query), ""))
