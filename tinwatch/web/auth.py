"""Login with the access token, if the dashboard has one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from tinwatch.web.addresses import own_path, redirect, root_of
from tinwatch.web.rendering import render
from tinwatch.web.security import COOKIE, check_given_token
from tinwatch.web.sessions import SESSION_SECONDS

router = APIRouter(include_in_schema=False)


@router.get("/login")
def login(request: Request, to: str = "/") -> Response:
    return render(request, "login.html", to=to, wrong=False, wait=0)


@router.post("/login")
def check_token(
    request: Request, token: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    expected = request.app.state.token
    if expected:
        wait = check_given_token(request, token.strip(), expected)
        if wait is not None:
            return _refusal(request, to, wait)
    response = RedirectResponse(own_path(request, to), 303)
    if expected:
        response.set_cookie(
            COOKIE,
            request.app.state.sessions.begin(),
            max_age=SESSION_SECONDS,
            path=root_of(request) or "/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return response


def _refusal(request: Request, to: str, wait: int) -> Response:
    page = render(request, "login.html", 429 if wait else 401, to=to, wrong=not wait, wait=wait)
    if wait:
        page.headers["retry-after"] = str(wait)
    return page


@router.post("/logout")
def logout(request: Request) -> Response:
    request.app.state.sessions.end(request.cookies.get(COOKIE, ""))
    response = redirect(request, "/login")
    response.delete_cookie(COOKIE, path=root_of(request) or "/", httponly=True, samesite="strict")
    return response
