"""Paths below the prefix that a reverse proxy serves the dashboard under: /tinwatch/sites.

The prefix is that of --root-path, else of the proxy's X-Forwarded-Prefix. The proxy may remove it
from the requests that it passes on, or not. ASGI calls it `root_path`, and the path includes it.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import Scope

PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]{1,50}){1,5}")


def below_prefix(scope: Scope, root_path: str) -> Scope:
    """Return the scope of a request with a path that begins with the prefix."""
    forwarded = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
    root = root_path or scope.get("root_path") or (forwarded if PREFIX.fullmatch(forwarded) else "")
    path = scope["path"]
    if path == root:
        path = f"{root}/"
    elif not path.startswith(f"{root}/"):
        path = root + path
    return {**scope, "root_path": root, "path": path}


def root_of(request: Request) -> str:
    """Return the prefix, such as "/tinwatch", or an empty string."""
    return str(request.scope.get("root_path", ""))


def root_url(request: Request) -> str:
    """Return the URL of the dashboard as the client reached it. The middleware checked the host."""
    return f"{request.url.scheme}://{request.url.netloc}{root_of(request)}"


def local_path(request: Request) -> str:
    """Return the path without the prefix."""
    return request.url.path.removeprefix(root_of(request))


def own_path(request: Request, to: str) -> str:
    """Return `to` if it is a path of this dashboard, else the front page (no open redirect)."""
    leads_away = not to.startswith("/") or to.startswith(("//", "/\\")) or "\n" in to or "\r" in to
    root = root_of(request)
    if leads_away or (root and not to.startswith(f"{root}/")):
        return f"{root}/"
    return to


def redirect(request: Request, path: str, status: int = 303) -> RedirectResponse:
    """Redirect to a path without prefix."""
    return RedirectResponse(root_of(request) + path, status)
