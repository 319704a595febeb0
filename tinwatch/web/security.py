"""Who may ask, and what a browser may do with the answer.

The guard stands in front of every page: it knows the host names that the page answers for (so
that no foreign name can be made to point here), asks for the token where there is one, takes
forms from its own pages alone, and puts the policies on every answer, errors included.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.reasons import gettext_noop
from tinwatch.web.error_pages import error_answer

log = logging.getLogger(__name__)

COOKIE = "tinwatch_token"
VISIT = "tinwatch_visit"  # SameSite=Strict: a form sent from another site comes without it
OPEN = ("/login", "/static/")  # what needs no token
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICIES = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    # "no-referrer" would make browsers send forms with "Origin: null"; this tells no more to others
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

FOREIGN_HOST = gettext_noop(
    "This server does not answer for that host name. Start it with --name to allow it."
)
FOREIGN_FORM = gettext_noop(
    "The request did not come from this dashboard and was refused. Open the page again and retry."
)
TOKEN_HINT = gettext_noop("The access token was set by whoever started tinwatch serve.")
INTERNAL_ERROR = gettext_noop(
    "See the log of tinwatch serve. Nothing half-written is left in the database."
)


class Guard:
    """ASGI middleware. `any_address`: numeric addresses are hosts too (they cannot be rebound)."""

    def __init__(
        self, app: ASGIApp, token: str | None, hosts: Collection[str], any_address: bool
    ) -> None:
        self.app = app
        self.token = token
        self.hosts = LOOPBACK | {host.lower().strip("[]") for host in hosts}
        self.any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_policies(request, MutableHeaders(raw=message["headers"]))
            await send(message)

        answer = self._refusal(request)
        if answer is not None:
            await answer(scope, receive, guarded)
            return
        try:
            await self.app(scope, receive, guarded)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            if started:
                raise
            await error_answer(request, 500, INTERNAL_ERROR)(scope, receive, guarded)

    def _add_policies(self, request: Request, headers: MutableHeaders) -> None:
        for name, value in POLICIES.items():
            headers[name] = value
        headers.setdefault("cache-control", "private, no-cache")
        if request.method == "GET" and VISIT not in request.cookies:
            headers.append("set-cookie", f"{VISIT}=1; Path=/; HttpOnly; SameSite=Strict")

    def _refusal(self, request: Request) -> Response | None:
        """What is answered in place of the page; None lets the request through."""
        if not self._is_ours(_host_name(request.headers.get("host", ""))):
            return error_answer(request, 400, FOREIGN_HOST)
        bearer = _bearer(request.headers)
        if request.method not in ("GET", "HEAD", "OPTIONS") and not (
            (self.token and bearer is not None) or _from_here(request)
        ):
            return error_answer(request, 403, FOREIGN_FORM)
        if self.token is None or request.url.path.startswith(OPEN):
            return None
        given = bearer if bearer is not None else request.cookies.get(COOKIE, "")
        if same_token(given, self.token):
            return None
        if request.url.path.startswith("/api/") or request.method != "GET":
            return error_answer(request, 401, TOKEN_HINT)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/login?to={quote(request.url.path + query)}", 303)

    def _is_ours(self, host: str) -> bool:
        if host in self.hosts:
            return True
        try:
            return self.any_address and bool(ip_address(host))
        except ValueError:
            return False


def same_token(given: str, token: str) -> bool:
    """Whether they are the same, in a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _host_name(host: str) -> str:
    """The name in a Host header, without the port; nothing for one that is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _bearer(headers: Headers) -> str | None:
    kind, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if kind.lower() == "bearer" else None


def _from_here(request: Request) -> bool:
    """Whether a browser says that one of our own pages sent the form."""
    if request.cookies.get(VISIT) != "1":
        return False
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None and origin != "null":
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return site == "same-origin"
