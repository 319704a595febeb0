"""Login with the access token, if the dashboard has one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from tinwatch.web.rendering import render
from tinwatch.web.security import COOKIE, same_token

router = APIRouter(include_in_schema=False)
LOGIN_SECONDS = 30 * 24 * 3600  # lifetime of the cookie


@router.get("/login")
def login(request: Request, to: str = "/") -> Response:
    return render(request, "login.html", to=to, wrong=False)


@router.post("/login")
def check_token(
    request: Request, token: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    expected = request.app.state.token
    if expected and not same_token(token.strip(), expected):
        return render(request, "login.html", 401, to=to, wrong=True)
    response = RedirectResponse(own_path(to), 303)
    if expected:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, expected, max_age=LOGIN_SECONDS, httponly=True, samesite="strict", secure=secure
        )
    return response


@router.post("/logout")
def logout() -> Response:
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def own_path(to: str) -> str:
    """Return `to` if it is a path on this server, else the front page (no open redirect)."""
    leads_away = not to.startswith("/") or to.startswith(("//", "/\\")) or "\n" in to or "\r" in to
    return "/" if leads_away else to
