"""Who may ask the page: host names, tokens, forms of its own alone; the policies of answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

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
