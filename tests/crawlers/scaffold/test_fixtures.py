"""Fixtures that the kit writes: honest about what nobody has reviewed."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.extraction.html import UnreadablePage
from crawlers.registry import get_site
from crawlers.scaffold.fixtures import case_name, changes, expected_of, stated, write_fixture
from tests.each import for_each

SITES = Path(__file__).resolve().parents[2] / "sites"
CASES = sorted(path.parent for path in SITES.glob("*/*/page.html"))
TAKEN = datetime(2025, 3, 20, tzinfo=UTC)


def some_case(tmp_path: Path) -> tuple[Path, str]:
    source = sorted((SITES / "haugiang").iterdir())[0]
    shutil.copytree(source, tmp_path / "case")
    return tmp_path / "case", stated(source)["url"]


@for_each("case", CASES, lambda c: f"{c.parent.name}/{c.name}")
def test_a_fixture_that_reads_as_it_states_has_no_changes(case: Path) -> None:
    assert changes(case, get_site(case.parent.name)) == []


def test_a_new_fixture_states_every_field_and_waits_for_its_review(tmp_path: Path) -> None:
    old, url = some_case(tmp_path)
    site, html = get_site("haugiang"), (old / "page.html").read_bytes()
    assert write_fixture(tmp_path / "new", site, url, html, captured_at=TAKEN) == []
    facts, before = stated(tmp_path / "new"), stated(old)
    assert facts["reviewed"] is None
    assert set(facts) == set(before) - {"images", "states"}
    assert facts["body"] == before["body"]
    assert facts["title"] == before["title"]
    text = html.decode()
    assert facts["excludes"]
    assert all(line in text for line in facts["excludes"])
    kept = json.dumps([facts["body"], facts["title"], facts["lead"]], ensure_ascii=False)
    assert not [line for line in facts["excludes"] if line in kept]
    body = "\n".join(block["text"] for block in facts["body"])
    assert facts["contains"]
    assert all(text in body for text in facts["contains"])


def test_what_a_person_reviewed_stays_reviewed_while_it_reads_alike(tmp_path: Path) -> None:
    case, url = some_case(tmp_path)
    before, site = stated(case), get_site("haugiang")
    taken = datetime.fromisoformat(before["captured_at"])
    html = (case / "page.html").read_bytes()
    assert write_fixture(case, site, url, html, captured_at=taken) == []
    assert stated(case) == before


def test_another_title_is_shown_and_takes_the_review_away(tmp_path: Path) -> None:
    case, url = some_case(tmp_path)
    before, site = stated(case), get_site("haugiang")
    html = (case / "page.html").read_text("utf-8").replace(before["title"], "Một tít khác hẳn")
    found = write_fixture(case, site, url, html.encode(), captured_at=TAKEN)
    assert ("title", before["title"], "Một tít khác hẳn") in [
        (c.field, c.stated, c.read) for c in found
    ]
    assert stated(case)["reviewed"] is None
    assert stated(case)["excludes"] == before["excludes"]


def test_a_packed_page_is_compared_and_replaced(tmp_path: Path) -> None:
    case, url = some_case(tmp_path)
    html = (case / "page.html").read_bytes()
    (case / "page.html.gz").write_bytes(gzip.compress(html))
    (case / "page.html").unlink()
    assert changes(case, get_site("haugiang")) == []
    write_fixture(case, get_site("haugiang"), url, html, captured_at=TAKEN)
    assert sorted(path.name for path in case.iterdir()) == ["expected.json", "page.html"]


def test_an_unreadable_page_writes_nothing(tmp_path: Path) -> None:
    site = get_site("haugiang")
    url = f"{site.root()}/xa-hoi/khong-co-gi-1.html"
    with pytest.raises(UnreadablePage):
        write_fixture(tmp_path / "new", site, url, b"<html></html>", captured_at=TAKEN)
    assert not (tmp_path / "new").exists()
    with pytest.raises(UnreadablePage):
        expected_of(site, url, b"", TAKEN)


def test_a_name_of_a_case_is_plain() -> None:
    assert case_name("Đảng bộ Hậu Giang: “Học & làm” theo Bác năm 2025") == (
        "dang-bo-hau-giang-hoc-lam"
    )
    assert case_name("…") == "page"
