"""A client of the page over a home that is fed by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tinwatch.web.app import make_app

HERE = "http://localhost:8001"
SAME = {"origin": HERE, "sec-fetch-site": "same-origin"}  # as a browser sends with our own form


@pytest.fixture
def client_of() -> Callable[..., TestClient]:
    """Called with a home and what make_app takes, gives a client that has opened the page."""

    def make(home: Any, **stated: Any) -> TestClient:
        client = TestClient(make_app(home, **stated), base_url=HERE, follow_redirects=False)
        client.cookies.set("tinwatch_visit", "1")
        return client

    return make


@pytest.fixture
def client(watcher: Any, client_of: Callable[..., TestClient]) -> TestClient:
    return client_of(watcher.home)


@pytest.fixture
def same_origin() -> dict[str, str]:
    return SAME


@pytest.fixture
def played_home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of them, to be written to."""
    return Path(shutil.copytree(demo_home, tmp_path / "played"))
