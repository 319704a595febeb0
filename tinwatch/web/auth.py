"""Logging in with the token, where there is one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from tinwatch.web.rendering import render
from tinwatch.web.security import COOKIE, same_token

router = APIRouter(include_in_schema=False)
MONTH = 30 * 24 * 3600  # seconds until one logs in again


@router.get("/login")
def login(request: Request, to: str = "/") -> Response:
    return render(request, "login.html", to=to, wrong=False)


@router.post("/login")
def check_token(
    request: Request, token: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    known = request.app.state.token
    if known and not same_token(token.strip(), known):
        return render(request, "login.html", 401, to=to, wrong=True)
    answer = RedirectResponse(own_path(to), 303)
    if known:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, known, max_age=MONTH, httponly=True, samesite="strict", secure=secure
        )
    return answer


@router.post("/logout")
def logout() -> Response:
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def own_path(to: str) -> str:
    """A path on this server; the front page for whatever would lead elsewhere."""
    leads_away = not to.startswith("/") or to.startswith(("//", "/\\")) or "\n" in to or "\r" in to
    return "/" if leads_away else to
