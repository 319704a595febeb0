"""Access of feed readers, which cannot log in: a key in the feed's URL, or HTTP Basic.

The key is derived from the access token and opens feeds only, so a feed's URL may be given to a
service that reads feeds. A new token makes new keys.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.types import Scope

from tinwatch.web.addresses import local_path

KEY = "key"  # parameter of a feed's URL


def feed_key(token: str) -> str:
    return hmac.new(token.encode(), b"tinwatch feeds", sha256).hexdigest()[:32]


def is_feed(request: Request) -> bool:
    path = local_path(request)
    return path.endswith(".atom") and path.startswith(("/feeds/", "/searches/"))


def given_key(request: Request) -> str | None:
    """Return the key in the URL of a feed, or None."""
    return request.query_params.get(KEY) if is_feed(request) else None


def is_feed_key(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), feed_key(token).encode())


def without_key(scope: Scope) -> Scope:
    """Return the scope without the key: it is no parameter of a feed, and must not be shown."""
    query = scope.get("query_string", b"").decode("latin-1")
    if f"{KEY}=" not in query:
        return scope
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True)
            if name != KEY]  # fmt: skip
    return {**scope, "query_string": urlencode(kept).encode()}


def basic_password(authorization: str) -> str | None:
    """Return the password of HTTP Basic, with any user name, or None."""
    kind, _, given = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
