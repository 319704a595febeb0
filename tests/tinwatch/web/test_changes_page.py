"""The page of changes: filters, pages that continue, totals, chart and files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from storage.home import open_home

CHANGED = "kind=edited&kind=removed&kind=restored"


@pytest.fixture
def demo(demo_home: Path, client_of: Callable[..., TestClient]) -> TestClient:
    return client_of(open_home(demo_home))


def listed(text: str) -> list[str]:
    return re.findall(r'<li class="event kind-(\w+)"', text)


def test_changes_of_one_paper_in_a_month_with_the_changed_words(demo: TestClient) -> None:
    text = demo.get("/changes?site=haugiang&from=2025-03&to=2025-03&kind=edited&lang=en").text
    assert listed(text) == ["edited"]
    assert "<del>875</del> <ins>857</ins>" in text
    assert "<b>1</b> Edited" in text
    assert "kind=edited&amp;from=2025-03-11&amp;to=2025-03-11" in text.replace("&amp;lang=en", "")
    assert listed(demo.get("/changes?site=haugiang&from=2025-04&kind=edited").text) == []


def test_pages_continue_in_every_order(demo: TestClient) -> None:
    for order in ("newest", "oldest", "priority"):
        address, found = f"/changes?sort={order}&lang=en", 0
        while address:
            text = demo.get(address).text
            found += len(listed(text))
            following = re.search(r'href="([^"]+)" rel="next"', text)
            address = unescape(following[1]) if following else ""
            assert not address or f"sort={order}" in address
        assert found == (4 if order == "priority" else 73), order


def test_changes_with_a_common_word_are_counted_when_it_is_asked_for(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/changes?text=duong&from=2025-03&lang=en"
    whole = demo.get(address).text
    assert "data-later" not in whole
    monkeypatch.setattr("tinwatch.web.components.figures.MAX_COUNTED_AT_ONCE", 0)
    page = demo.get(address).text
    assert listed(page) == listed(whole) != []
    assert "Totals" not in page
    link = re.search(r'data-later [^>]*><a href="([^"]+)"', page)[1]  # type: ignore[index]
    assert demo.get(unescape(link)).text == whole
    assert demo.get("/changes?text=site:nowhere").status_code == 400


def test_several_provinces_are_one_filter(demo: TestClient) -> None:
    def sites(*provinces: str) -> set[str]:
        parameters = [("province", each) for each in provinces]
        return {row["site"] for row in demo.get("/changes.json", params=parameters).json()}

    both = sites("can-tho", "Thái Nguyên")
    assert both == sites("can-tho") | sites("thai-nguyen")
    assert len(both) > len(sites("can-tho")) > 0
    form = demo.get("/changes?province=can-tho&province=thai-nguyen&lang=en").text
    assert '<option value="can-tho" selected>' in form
    assert '<input type="hidden" name="province" value="thai-nguyen">' in form
    assert form.count('class="chip on"') == 2


def test_nothing_found_says_so(demo: TestClient) -> None:
    text = demo.get("/changes?kind=outage&lang=en").text
    assert "No event matches the filter." in text
    assert "/changes.csv" not in text


@pytest.mark.parametrize(
    ("query", "named"),
    [("knd=edited", "knd"), ("kind=gone", "gone"), ("class=huge", "huge"), ("from=soon", "soon"),
     ("site=nowhere", "nowhere"), ("province=atlantis", "atlantis"),
     ("min_priority=2", "min_priority"), ("sort=best", "sort"), ("after=x", "after"),
     ("run=0x", "run"), ("text=(duong", "parenthesis"),
     ("from=2025-03-02&to=2025-03-01", "2025-03-02")],
)  # fmt: skip
@pytest.mark.parametrize("page", ["/changes", "/changes.csv"])
def test_impossible_value_is_refused_by_name(
    demo: TestClient, page: str, query: str, named: str
) -> None:
    answer = demo.get(f"{page}?{query}&lang=en")
    assert answer.status_code == 400
    assert named in unescape(answer.text)


def test_files_hold_the_listed_events(demo: TestClient) -> None:
    text = demo.get(f"/changes?{CHANGED}&lang=en").text
    kinds = listed(text)
    address = unescape(re.search(r'href="(/changes\.csv[^"]+)"', text)[1])  # type: ignore[index]
    rows = list(csv.DictReader(io.StringIO(demo.get(address).text.removeprefix("\ufeff"))))
    assert [row["kind"] for row in rows] == kinds
    assert any("[-875-] {+857+}" in row["change"] for row in rows)
    data = demo.get(address.replace(".csv", ".json")).json()
    assert [row["event"] for row in data] == [int(row["event"]) for row in rows]
    assert all(datetime.fromisoformat(row["observed_at"]).tzinfo for row in data)
    book = zipfile.ZipFile(io.BytesIO(demo.get(address.replace(".csv", ".xlsx")).content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(rows) + 1
    assert "<f>" not in sheet


def test_hostile_titles_stay_text(
    watcher: Any, day: Any, client: TestClient, parsed: Any, hostile: str, text: Any
) -> None:
    watcher.add_site("alpha", hostile)
    watcher.batch(watcher.read(body=(hostile, *text), title="=1+1" + hostile), title=hostile)
    changed = (hostile + " 99", *text)
    later = watcher.read(at=day(1), body=changed, title="=1+1" + hostile)
    watcher.batch(later, at=day(1), title=hostile)
    page = parsed(client.get("/changes?site=alpha").text)
    assert {"img", "iframe", "red"}.isdisjoint(tag for tag, _ in page.tags)
    sheet = client.get("/changes.csv").text
    assert "\n=1" not in sheet
    assert ",=1" not in sheet
