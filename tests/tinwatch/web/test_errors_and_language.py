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


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/changes.json?site=nowhere", "nowhere"),
        ("/changes.json?kind=deleted", "deleted"),
        ("/changes.json?knd=new", "knd"),
        ("/changes.json?min_priority=x", "min_priority"),
        ("/changes.json?text=site:nowhere", "nowhere"),
        ("/search/counts.json?q=site:nowhere", "nowhere"),
        ("/search/counts.json?by=decade", "by"),
        ("/search/hits/csl-json?q=site:nowhere", "nowhere"),
    ],
)
def test_files_answer_errors_in_their_own_form(
    client: TestClient, address: str, named: str
) -> None:
    answer = client.get(f"{address}&lang=en")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert named in answer.json()["error"]
    texts = [(".json", ".csv"), (".json", ".xlsx"), ("csl-json", "ris"), ("csl-json", "csv")]
    for old, new in texts:
        if old in address:
            other = client.get(f"{address.replace(old, new)}&lang=en")
            assert other.status_code == 400
            assert other.headers["content-type"] == "text/plain; charset=utf-8"
            assert other.text == answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/timemap/json/https://tests.vn/none", "application/json"),
        ("/timemap/link/https://tests.vn/none", "text/plain"),
        ("/timegate/https://tests.vn/none.json", "text/html"),
        ("/articles/99/cite/csl-json", "application/json"),
        ("/articles/99/cite/ris", "text/plain"),
        ("/articles/99/evidence.zip", "text/plain"),
        ("/feeds/site/nowhere.atom", "text/plain"),
        ("/articles/99", "text/html"),
        ("/sites/nowhere.vn", "text/html"),
    ],
)
def test_missing_file_is_no_page(client: TestClient, path: str, media_type: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith(media_type)


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
