"""Text captures with the frames of twelve real sites, compared with gold data."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.plaintext import extract_plain_text
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from storage.models import Article

TEXTS = Path(__file__).resolve().parents[3] / "shared" / "captures" / "texts"
GOLD_FILE = TEXTS / "gold.jsonl"

pytestmark = pytest.mark.skipif(
    not GOLD_FILE.exists(), reason="the text captures (../shared/captures/texts) are not here"
)

GOLD: list[dict[str, Any]] = (
    [json.loads(line) for line in GOLD_FILE.read_text("utf-8").splitlines()]
    if GOLD_FILE.exists()
    else []
)
each_capture = pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["site"])


def read(gold: dict[str, Any]) -> Article:
    body = (TEXTS / gold["file"]).read_bytes()
    taken = datetime(2026, 11, 30, tzinfo=UTC)
    return normalise(extract_plain_text(body, get_site(gold["site"]), taken))


@each_capture
def test_title_and_date(gold: dict[str, Any]) -> None:
    article = read(gold)
    assert (article.title, article.published) == (gold["title"], gold["published"])


@each_capture
def test_authors_and_source(gold: dict[str, Any]) -> None:
    article = read(gold)
    source = article.source.name if article.source else None
    assert ([a.name for a in article.authors], source) == (gold["authors"], gold["source"])


@each_capture
def test_text(gold: dict[str, Any]) -> None:
    article = read(gold)
    assert article.lead == gold["lead"]
    assert [block.text for block in article.body] == gold["body"]


@each_capture
def test_caption(gold: dict[str, Any]) -> None:
    assert [caption.text for caption in read(gold).captions] == list(
        filter(None, [gold["caption"]])
    )
