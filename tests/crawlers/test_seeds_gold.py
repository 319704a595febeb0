"""Text captures of real articles, imported by `tinwatch import`, compared with gold data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from storage.articles.repository import articles_as_json
from storage.home import open_home
from tinwatch.commands.app import app

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
GOLD_FILE = SEEDS / "gold.json"

pytestmark = pytest.mark.skipif(
    not GOLD_FILE.exists(), reason="the text captures (../shared/seeds) are not here"
)

GOLD: dict[str, dict[str, Any]] = (
    json.loads(GOLD_FILE.read_text("utf-8")) if GOLD_FILE.exists() else {}
)
each_site = pytest.mark.parametrize("site", GOLD)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return the article of each site after an import into an empty home."""
    home = str(tmp_path_factory.mktemp("seeds") / "home")
    articles_by_site = {}
    for site, gold in GOLD.items():
        file = str(SEEDS / gold["file"])
        result = run("import", file, "--site", site, "--home", home)
        assert result.exit_code == 0, result.output
        articles_by_site[site] = articles(home, site)
    return articles_by_site


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def articles(home: str, site: str) -> dict[str, Any]:
    db = open_home(home).database()
    try:
        (row,) = articles_as_json(db, [site])
        return json.loads(json.dumps(row))  # type: ignore[no-any-return]
    finally:
        db.close()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


@pytest.mark.parametrize(
    "field", ["title", "published", "published_as_printed", "lead", "authors", "byline_as_printed"]
)
@each_site
def test_field(imported: dict[str, dict[str, Any]], site: str, field: str) -> None:
    assert imported[site][field] == GOLD[site][field]


@each_site
def test_body(imported: dict[str, dict[str, Any]], site: str) -> None:
    assert imported[site]["body"] == GOLD[site]["body"]


@each_site
def test_captions(imported: dict[str, dict[str, Any]], site: str) -> None:
    assert [caption["text"] for caption in imported[site]["captions"]] == GOLD[site]["captions"]


@each_site
def test_source(imported: dict[str, dict[str, Any]], site: str) -> None:
    gold, row = GOLD[site]["source"], imported[site]
    if gold is None:
        assert (row["source"], row["source_as_printed"]) == (None, None)
    else:
        assert row["source"] == {"name": gold["name"], "url": gold["url"]}
        assert row["source_as_printed"] == gold["as_printed"]


@each_site
def test_no_cruft_in_any_field(imported: dict[str, dict[str, Any]], site: str) -> None:
    metadata = ("fields", "reader", "site")
    record = {k: v for k, v in imported[site].items() if k not in metadata}
    fields = list(strings(record))
    cruft = [line for line in GOLD[site]["cruft"] if isinstance(line, str)]
    assert cruft
    assert [line for line in cruft if any(line == field for field in fields)] == []
    long = [line for line in cruft if len(line) > 25]
    assert [line for line in long if any(line in field for field in fields)] == []


@each_site
def test_nothing_is_broken(imported: dict[str, dict[str, Any]], site: str) -> None:
    states = imported[site]["fields"]
    assert {field for field, state in states.items() if state["state"] == "broken"} == set()
