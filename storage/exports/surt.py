"""The key by which web archives sort URLs: the host from its end, then path and query, folded."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_WWW = re.compile(r"^www\d*\.")
_DEFAULT = {"http": 80, "https": 443}
_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~%"


def surt(url: str) -> str:
    """https://www.bao.vn/Tin/?b=2&a=1 is vn,bao)/tin?a=1&b=2. Other schemes stay as they are."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT or not parts.hostname:
        return quote(url, safe=_KEPT)
    host = ",".join(reversed(_WWW.sub("", parts.hostname).split(".")))
    port = parts.port
    at = f":{port}" if port and port != _DEFAULT[parts.scheme] else ""
    path = quote(re.sub("/{2,}", "/", parts.path), safe=_KEPT).lower().rstrip("/") or "/"
    query = "&".join(sorted(quote(parts.query, safe=_KEPT).lower().split("&")))
    return f"{host}{at}){path}{'?' if query else ''}{query}"
