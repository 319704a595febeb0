"""tinwatch cite."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., tuple[int, str, str]]


def test_each_revision_is_cited_with_its_own_text(
    fed: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first, _ = call("cite", "1", "--revision", "1", "--home", fed)
    _, newest, _ = call("cite", "1", "--home", fed)
    assert "“Tựa đầu”" in first
    assert "version 1" in first
    monkeypatch.setenv("TINWATCH_LANGUAGE", "vi")
    assert "bản 1." in call("cite", "1", "--revision", "1", "--home", fed)[1]
    assert "“Tựa sau”" in newest
    _, text, _ = call("cite", "1", "--revision", "1", "--style", "csl-json", "--home", fed)
    [item] = json.loads(text)
    assert item["title"] == "Tựa đầu"
    assert item["id"].endswith("-r1")


def test_other_formats_and_errors(fed: Path, call: Call) -> None:
    assert call("cite", "1", "--style", "ris", "--home", fed)[1].startswith("TY  - NEWS")
    assert call("cite", "1", "--style", "bibtex", "--home", fed)[1].startswith("@article")
    assert call("cite", "1", "--revision", "9", "--home", fed)[0] == 2
    assert call("cite", "99", "--home", fed)[0] == 2
    _, text, _ = call("cite", "2", "--home", fed)
    assert "\x1b" not in text
