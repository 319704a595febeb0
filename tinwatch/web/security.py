"""Security middleware of the dashboard.

It checks the Host header (against DNS rebinding), the access token, and the origin of forms
(against CSRF), and adds security headers to every response, including errors.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.reasons import gettext_noop
from tinwatch.web.addresses import below_prefix, local_path, redirect, root_of
from tinwatch.web.error_pages import error_response
from tinwatch.web.feed_access import (
    basic_password,
    given_key,
    is_feed,
    is_feed_key,
    without_key,
)

log = logging.getLogger(__name__)

COOKIE = "tinwatch_session"
CSRF_COOKIE = "tinwatch_visit"  # SameSite=Strict: a form of another site does not send it
PUBLIC_PATHS = ("/login", "/static/")  # no token needed
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "x-content-type-options": "nosniff",
    # "no-referrer" would make browsers send forms with "Origin: null"
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
TOO_MANY_FAILURES = gettext_noop("Too many wrong access tokens. Try again in {seconds} seconds.")
INTERNAL_ERROR = gettext_noop(
    "See the log of tinwatch serve. Nothing half-written is left in the database."
)


class SecurityMiddleware:
    """ASGI middleware.

    `any_address`: accept every numeric Host (DNS rebinding needs a name).
    """

    def __init__(
        self,
        app: ASGIApp,
        token: str | None,
        hosts: Collection[str],
        any_address: bool,
        root_path: str = "",
    ) -> None:
        self.app = app
        self.token = token
        self.hosts = LOOPBACK | {host.lower().strip("[]") for host in hosts}
        self.any_address = any_address
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = below_prefix(scope, self.root_path)
        request = Request(scope, receive)
        started = False
        head = request.method == "HEAD"

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(request, MutableHeaders(raw=message["headers"]))
            elif head:
                message = {**message, "body": b""}
            await send(message)

        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        if head:  # answered as GET, without the body
            scope = {**scope, "method": "GET"}
        try:
            await self.app(without_key(scope), receive, send_with_headers)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            if started:
                raise
            await error_response(request, 500, INTERNAL_ERROR)(scope, receive, send_with_headers)

    def _add_headers(self, request: Request, headers: MutableHeaders) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers[name] = value
        headers.setdefault("cache-control", "private, no-cache")
        is_page = headers.get("content-type", "").startswith("text/html")
        if request.method == "GET" and is_page and CSRF_COOKIE not in request.cookies:
            path = root_of(request) or "/"
            headers.append("set-cookie", f"{CSRF_COOKIE}=1; Path={path}; HttpOnly; SameSite=Strict")

    def _refusal(self, request: Request) -> Response | None:
        """Return the response to a refused request, or None if the request is allowed."""
        if not self._is_allowed_host(_host_name(request.headers.get("host", ""))):
            return error_response(request, 400, FOREIGN_HOST)
        bearer = _bearer(request.headers)
        if request.method not in ("GET", "HEAD", "OPTIONS") and not (
            (self.token and bearer is not None) or _is_same_origin(request)
        ):
            return error_response(request, 403, FOREIGN_FORM)
        if self.token is None or local_path(request).startswith(PUBLIC_PATHS):
            return None
        if bearer is not None:
            return self._bearer_refusal(request, bearer, self.token)
        key = given_key(request)
        if key is not None and is_feed_key(key, self.token):
            return None
        if request.app.state.sessions.is_valid(request.cookies.get(COOKIE, "")):
            return None
        if is_feed(request):
            response = error_response(request, 401, TOKEN_HINT)
            response.headers["www-authenticate"] = 'Basic realm="tinwatch feeds"'
            return response
        if local_path(request).startswith("/api/") or request.method not in ("GET", "HEAD"):
            return error_response(request, 401, TOKEN_HINT)
        query = f"?{request.url.query}" if request.url.query else ""
        return redirect(request, f"/login?to={quote(request.url.path + query)}")

    def _bearer_refusal(self, request: Request, bearer: str, token: str) -> Response | None:
        wait = check_given_token(request, bearer, token)
        if not wait:
            return None if wait is None else error_response(request, 401, TOKEN_HINT)
        response = error_response(request, 429, TOO_MANY_FAILURES, seconds=wait)
        response.headers["retry-after"] = str(wait)
        return response

    def _is_allowed_host(self, host: str) -> bool:
        if host in self.hosts:
            return True
        try:
            return self.any_address and bool(ip_address(host))
        except ValueError:
            return False


def check_given_token(request: Request, given: str, token: str) -> int | None:
    """Return None if the given token is right, else the seconds until another one is accepted.

    After too many wrong tokens of a client not even the right one is. Each one is logged.
    """
    throttle = request.app.state.throttle
    client = request.client.host if request.client else "unknown"
    wait: int = throttle.wait_seconds(client)
    if wait:
        log.warning("login from %s refused for %d seconds: too many wrong tokens", client, wait)
        return wait
    # in constant time
    if hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return None
    log.warning("login from %s failed: wrong token", client)
    throttle.failed(client)
    return 0


def _host_name(host: str) -> str:
    """Return the name in a Host header without the port, or an empty string if it is invalid."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _bearer(headers: Headers) -> str | None:
    """Return the token of a client: that of Bearer, or the password of HTTP Basic."""
    authorization = headers.get("authorization", "")
    kind, _, given = authorization.partition(" ")
    return given.strip() if kind.lower() == "bearer" else basic_password(authorization)


def _is_same_origin(request: Request) -> bool:
    """Return whether the form came from a page of this dashboard, by cookie and fetch metadata."""
    if request.cookies.get(CSRF_COOKIE) != "1":
        return False
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None and origin != "null":
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return site == "same-origin"
