"""Who may ask the page: host names, tokens, forms of its own alone; the policies of answers."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fastapi.testclient import TestClient

from storage.home import open_home

TOKEN = "mot-ma-truy-cap-du-dai"
Make = Callable[..., TestClient]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/tinwatch.css", "/api/openapi.json"])
def test_every_response_has_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8001", 200), ("127.0.0.1:8001", 200), ("[::1]:8001", 200),
     ("tap-chi.example", 400), ("127.0.0.1.tap-chi.example", 400), ("", 400), ("[::1", 400),
     ("10.0.0.7:8001", 400)],
)  # fmt: skip
def test_foreign_host_is_refused(client: TestClient, host: str, status: int) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == status
    assert "content-security-policy" in answer.headers


def test_extra_host_and_any_address_can_be_allowed(watcher: Any, client_of: Make) -> None:
    client = client_of(watcher.home, hosts=["Tin.Example"], any_address=True)
    assert client.get("/", headers={"host": "tin.example"}).status_code == 200
    assert client.get("/", headers={"host": "10.0.0.7:8001"}).status_code == 200
    assert client.get("/", headers={"host": "else.example"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://tap-chi.example"}, {"origin": "null"},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "http://localhost:8001", "sec-fetch-site": "cross-site"},
     {"origin": "http://localhost:9001"}, {"sec-fetch-site": "none"}],
)  # fmt: skip
def test_cross_site_form_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/logout", headers=headers)
    assert answer.status_code == 403


def test_same_origin_form_is_accepted(client: TestClient, same_origin: dict[str, str]) -> None:
    assert client.post("/logout", headers=same_origin).status_code == 303
    assert client.post("/logout", headers={"origin": same_origin["origin"]}).status_code == 303
    client.cookies.clear()  # a form from elsewhere comes without the SameSite=Strict cookie
    assert client.post("/logout", headers=same_origin).status_code == 403


def test_missing_token_redirects_to_login(watcher: Any, client_of: Make) -> None:
    client = client_of(watcher.home, token=TOKEN)
    answer = client.get("/nowhere?a=1&b=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?to=/nowhere%3Fa%3D1%26b%3D2"
    assert client.get("/api/openapi.json").status_code == 401
    assert client.get("/static/tinwatch.css").status_code == 200


def test_token_logs_in(watcher: Any, client_of: Make, same_origin: dict[str, str]) -> None:
    client = client_of(watcher.home, token=TOKEN)
    wrong = client.post("/login", data={"token": "khac"}, headers=same_origin)
    assert wrong.status_code == 401
    assert "Mã truy cập không đúng" in wrong.text
    assert "<nav" not in wrong.text  # every other page would lead back to this one
    assert "/logout" not in wrong.text
    right = client.post("/login", data={"token": TOKEN, "to": "/?a=1"}, headers=same_origin)
    assert right.headers["location"] == "/?a=1"
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200
    client.post("/logout", headers=same_origin)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("to", ["//tap-chi.example", "/\\tap-chi.example", "https://x.example"])
def test_login_does_not_redirect_to_other_hosts(
    watcher: Any, client_of: Make, same_origin: dict[str, str], to: str
) -> None:
    client = client_of(watcher.home, token=TOKEN)
    answer = client.post("/login", data={"token": TOKEN, "to": to}, headers=same_origin)
    assert answer.headers["location"] == "/"


def test_bearer_token_is_accepted(watcher: Any, client_of: Make) -> None:
    client = client_of(watcher.home, token=TOKEN)
    right = {"authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/openapi.json", headers=right).status_code == 200
    wrong = client.get("/api/openapi.json", headers={"authorization": "Bearer khac"})
    assert wrong.status_code == 401
    assert wrong.json().keys() == {"error"}


def test_session_cookie_does_not_reveal_the_token(
    watcher: Any, client_of: Make, same_origin: dict[str, str]
) -> None:
    client = client_of(watcher.home, token=TOKEN)
    sessions = set()
    for _ in range(2):
        client.post("/login", data={"token": TOKEN}, headers=same_origin)
        sessions.add(client.cookies["tinwatch_session"])
    assert len(sessions) == 2
    assert not any(TOKEN in session for session in sessions)
    stolen = client.cookies["tinwatch_session"]
    client.post("/logout", headers=same_origin)
    client.cookies.set("tinwatch_session", stolen)
    assert client.get("/").status_code == 303  # the server forgot the session
    client.cookies.set("tinwatch_session", TOKEN)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("bearer", [False, True])
def test_wrong_tokens_are_logged_and_throttled(
    watcher: Any,
    client_of: Make,
    same_origin: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    bearer: bool,
) -> None:
    client = client_of(watcher.home, token=TOKEN)
    client.post("/login", data={"token": TOKEN}, headers=same_origin)

    def attempt(token: str) -> Any:
        if bearer:
            headers = {"authorization": f"Bearer {token}"}
            return client.get("/api/openapi.json", headers=headers)
        return client.post("/login", data={"token": token}, headers=same_origin)

    answers = [attempt(f"khac {number}") for number in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    refused = attempt(TOKEN)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert "login from testclient failed" in caplog.text
    assert "khac" not in caplog.text
    assert client.get("/").status_code == 200  # who is logged in stays so
    later = monotonic() + 301
    monkeypatch.setattr("tinwatch.web.sessions.monotonic", lambda: later)
    assert attempt(TOKEN).status_code != 429


LINK = re.compile(r'(?:href|action|src)="(/[^"#]*)')
WHICH = re.compile(r"[0-9]+|=[^&]*|(?<=/sites/)[^/?]+|(?<=/provinces/)[^/?]+")
PAGES = (
    "/", "/takedowns", "/review", "/stories", "/sites", "/provinces", "/health", "/search?q=nam",
    "/articles/1", "/articles/1/diff", "/articles/1/evidence", "/sites/laocai", "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("strips", [True, False], ids=["proxy strips", "proxy passes"])
@pytest.mark.parametrize("forwarded", [True, False], ids=["header", "option"])
def test_every_address_stays_below_the_prefix(
    played_home: Path, client_of: Make, same_origin: dict[str, str], strips: bool, forwarded: bool
) -> None:
    client = client_of(open_home(played_home), root_path="" if forwarded else "/tinwatch")
    if forwarded:
        client.headers["x-forwarded-prefix"] = "/tinwatch/"
    prefix = "" if strips else "/tinwatch"
    seen: dict[str, str] = {}  # one link of each kind
    for path in PAGES:
        answer = client.get(prefix + path)
        assert answer.status_code in (200, 404), path
        links = {html.unescape(link) for link in LINK.findall(answer.text)}
        assert links, path
        assert all(link.startswith("/tinwatch/") for link in links), links
        if forwarded == strips:  # each way in and each proxy once: following takes seconds
            seen |= {WHICH.sub("1", link): link for link in links}
    for link in seen.values():
        local = link if not strips else link.removeprefix("/tinwatch")
        assert client.get(local).status_code in (200, 404, 405), link
    assert client.get(f"{prefix}/static/tinwatch.css").status_code == 200
    feed = client.get(f"{prefix}/feeds/all.atom").text
    assert "http://localhost:8001/tinwatch/feeds/all.atom" in feed
    assert "http://localhost:8001/articles" not in feed
    schema = client.get(f"{prefix}/api/openapi.json").json()
    assert schema["servers"] == [{"url": "/tinwatch"}]
    done = client.post(f"{prefix}/seen", data={"event": "1"}, headers=same_origin)
    assert done.headers["location"] == "/tinwatch/"
    saved = client.post(f"{prefix}/searches", data={"name": "a", "q": "b"}, headers=same_origin)
    assert saved.headers["location"].startswith("/tinwatch/search?q=b")


def test_login_below_a_prefix(watcher: Any, client_of: Make, same_origin: dict[str, str]) -> None:
    client = client_of(watcher.home, token=TOKEN, root_path="/tinwatch")
    to_login = client.get("/sites?a=1").headers["location"]
    assert to_login == "/tinwatch/login?to=/tinwatch/sites%3Fa%3D1"
    form = {"token": TOKEN, "to": "/tinwatch/sites?a=1"}
    done = client.post("/tinwatch/login", data=form, headers=same_origin)
    assert done.headers["location"] == "/tinwatch/sites?a=1"
    assert "path=/tinwatch" in done.headers["set-cookie"].lower()
    foreign = client.post("/login", data=form | {"to": "/other/app"}, headers=same_origin)
    assert foreign.headers["location"] == "/tinwatch/"
    assert client.get("/tinwatch/").status_code == 200
    assert client.post("/tinwatch/logout", headers=same_origin).headers["location"] == (
        "/tinwatch/login"
    )
    assert client.get("/tinwatch/").status_code == 303


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "javascript:x", '/"><script>', "/a b", "tiep-dau"]
)
def test_forwarded_prefix_that_is_no_path_is_ignored(client: TestClient, prefix: str) -> None:
    answer = client.get("/sites", headers={"x-forwarded-prefix": prefix})
    assert answer.status_code == 200
    assert prefix not in html.unescape(answer.text)
