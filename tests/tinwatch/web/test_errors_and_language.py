"""Errors in words, and the language of the interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from storage.home import open_home


def test_unknown_path_answers_404(client: TestClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Không có trang nào" in answer.text
    assert client.get("/api/nowhere").json() == {"error": "Không có trang nào ở địa chỉ này."}


def test_missing_database_answers_503(tmp_path: Any, client_of: Callable[..., TestClient]) -> None:
    answer = client_of(open_home(tmp_path / "empty")).get("/")
    assert answer.status_code == 503
    assert "tinwatch.db" in answer.text
    assert not (tmp_path / "empty" / "tinwatch.db").exists()


def test_internal_error_shows_no_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinwatch.web.connections.existing_database", None)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "TypeError" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("path", "headers", "lang"),
    [("/", {}, "vi"), ("/", {"accept-language": "fr, en-GB;q=0.8"}, "en"),
     ("/?lang=en", {"accept-language": "vi"}, "en"), ("/?lang=xx", {}, "vi")],
)  # fmt: skip
def test_language(client: TestClient, path: str, headers: dict[str, str], lang: str) -> None:
    answer = client.get(path, headers={"accept-language": ""} | headers)
    assert f'<html lang="{lang}">' in answer.text


def test_chosen_language_is_remembered(client: TestClient) -> None:
    client.get("/?lang=en")
    assert '<html lang="en">' in client.get("/").text
