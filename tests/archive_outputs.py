"""What a home shows of its articles, apart from what follows the order of its imports.

That is: ids, numbers of revisions and stories, places in WARC files, times of recording, and the
statements that were published and corrected later, with their corrections.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO, StringIO
from typing import Any

from fastapi.testclient import TestClient
from sqlite_utils import Database

from storage.articles.repository import articles_as_json, get_article
from storage.events.ledger import STORY_KINDS, standing_events
from storage.exports.registry import FORMATS
from storage.exports.selection import select_articles
from storage.home import Home
from storage.models import EventKind
from tinwatch.reports.article_history import history_as_json
from tinwatch.web.app import make_app

IDS = {
    "id", "capture", "warc", "warc_offset", "recorded_at", "run", "story", "article", "number",
    "revision", "from_revision", "to_revision", "reverts_to", "to_article", "original_article",
    "event",
}  # fmt: skip
NUMBERS = [
    (re.compile(pattern), with_)
    for pattern, with_ in (
        (r"(articles|captures|stories|runs)/\d+(-r\d+)?", r"\1/N"),
        (r"(revision|from|to|id)=\d+", r"\1=N"),
        (r"(?i)\b(revision|version|event)( |\": )\d+", r"\1 N"),
        (r"[\w./-]+\.warc\.gz( @ |, byte )\d+", "WARC"),
        (r'(value|title)="\d+(-\d+)?"', ""),
        (r"\b(note|name)-\d+", r"\1-N"),
        (r"<b>\d+: |>\d+: ", ">N: "),
        (r"(From|To) revision \d+|From revision N", "N"),
    )
]  # fmt: skip
WITHDRAWN = re.compile(
    r"<tr>(?:(?!</tr>).)*(?:no longer holds|Story)(?:(?!</tr>).)*</tr>", re.DOTALL
)


def normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: normal(each) for key, each in value.items() if key not in IDS}
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, str):
        for pattern, with_ in NUMBERS:
            value = pattern.sub(with_, value)
    return value


def outputs(home: Home, *, pages: bool = True) -> dict[str, Any]:
    """Return the outputs by name, those of an article by its key. `pages`: also of `serve`."""
    with closing(home.database()) as db:
        rows = list(articles_as_json(db))
        keys = {row["id"]: f"{row['site']} {row['key']}" for row in rows}
        found: dict[str, Any] = {
            "articles": {keys[row["id"]]: normal(row) for row in rows},
            "show": {key: history(db, article) for article, key in keys.items()},
            "events": {key: sorted(events(db, article)) for article, key in keys.items()},
        }
        for name, read in (("jsonl", _jsonl), ("csv", _csv)):
            for revisions in (False, True):
                output = BytesIO()
                with select_articles(db, home.captures, revisions=revisions) as selection:
                    FORMATS[name].writer()(selection, output)
                exported: dict[str, list[Any]] = {}
                for row in read(output.getvalue().decode()):
                    exported.setdefault(f"{row['site']} {row['key']}", []).append(normal(row))
                found[f"{name} {revisions}"] = exported
        addresses = {article: get_article(db, str(article)).url for article in keys}
    if pages:
        client = TestClient(make_app(home), base_url="http://localhost:8001")
        client.cookies.set("tinwatch_visit", "1")
        for article, key in keys.items():
            found[f"page {key}"] = page(client, article)
            for path in (f"{article}", f"{article}/revisions", f"{article}/diff"):
                body = client.get(f"/api/articles/{path}").json()
                found[f"api {key} {path.partition('/')[2]}"] = normal(body)
            found[f"mementos {key}"] = normal(
                client.get(f"/timemap/json/{addresses[article]}").json()
            )
    return found


def history(db: Database, article: int) -> list[Any]:
    """Return what `show --json` says, without what was corrected."""
    return [
        normal(entry)
        for entry in history_as_json(db, article)
        if "corrected_by" not in entry and entry["what"] not in (EventKind.CORRECTED, *STORY_KINDS)
    ]


def events(db: Database, article: int) -> Iterator[str]:
    for event in standing_events(db, article):
        if event.kind not in STORY_KINDS:
            yield json.dumps(normal(event.to_dict()), sort_keys=True, ensure_ascii=False)


def page(client: TestClient, article: int) -> str:
    text = client.get(f"/articles/{article}?lang=en").text
    return re.sub(r"\n\s*", "\n", str(normal(WITHDRAWN.sub("", text))))


def _jsonl(text: str) -> Iterator[Any]:
    return map(json.loads, text.splitlines())


def _csv(text: str) -> Iterator[Any]:
    return iter(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
