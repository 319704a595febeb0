"""Fixtures that scaffold writes: complete, and not reviewed until a person has compared them."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.extraction.html import UnreadablePage
from crawlers.registry import get_site
from crawlers.scaffold.fixtures import (
    build_expected,
    case_name,
    compare_fixture,
    load_expected,
    write_fixture,
)
from tests.each import for_each

SITES = Path(__file__).resolve().parents[2] / "sites"
CASES = sorted(path.parent for path in SITES.glob("*/*/page.html"))
TAKEN = datetime(2025, 3, 20, tzinfo=UTC)


def some_case(tmp_path: Path) -> tuple[Path, str]:
    source = sorted((SITES / "haugiang").iterdir())[0]
    shutil.copytree(source, tmp_path / "case")
    return tmp_path / "case", load_expected(source)["url"]


@for_each("case", CASES, lambda c: f"{c.parent.name}/{c.name}")
def test_unchanged_fixture_has_no_differences(case: Path) -> None:
    assert compare_fixture(case, get_site(case.parent.name)) == []


def test_new_fixture_has_every_field_and_no_review(tmp_path: Path) -> None:
    old, url = some_case(tmp_path)
    site, html = get_site("haugiang"), (old / "page.html").read_bytes()
    assert write_fixture(tmp_path / "new", site, url, html, captured_at=TAKEN) == []
    facts, before = load_expected(tmp_path / "new"), load_expected(old)
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


def test_review_stays_while_no_field_differs(tmp_path: Path) -> None:
    case, url = some_case(tmp_path)
    before, site = load_expected(case), get_site("haugiang")
    taken = datetime.fromisoformat(before["captured_at"])
    html = (case / "page.html").read_bytes()
    assert write_fixture(case, site, url, html, captured_at=taken) == []
    assert load_expected(case) == before


def test_changed_title_is_reported_and_resets_the_review(tmp_path: Path) -> None:
    case, url = some_case(tmp_path)
    before, site = load_expected(case), get_site("haugiang")
    html = (case / "page.html").read_text("utf-8").replace(before["title"], "Một tít khác hẳn")
    found = write_fixture(case, site, url, html.encode(), captured_at=TAKEN)
    assert ("title", before["title"], "Một tít khác hẳn") in [
        (c.field, c.stated, c.read) for c in found
    ]
    assert load_expected(case)["reviewed"] is None
    assert load_expected(case)["excludes"] == before["excludes"]


def test_gzipped_page_is_compared_and_replaced(tmp_path: Path) -> None:
    case, url = some_case(tmp_path)
    html = (case / "page.html").read_bytes()
    (case / "page.html.gz").write_bytes(gzip.compress(html))
    (case / "page.html").unlink()
    assert compare_fixture(case, get_site("haugiang")) == []
    write_fixture(case, get_site("haugiang"), url, html, captured_at=TAKEN)
    assert sorted(path.name for path in case.iterdir()) == ["expected.json", "page.html.gz"]
    other = html.replace(b"</body>", b"<!-- later --></body>")
    write_fixture(case, get_site("haugiang"), url, other, captured_at=TAKEN)
    assert sorted(path.name for path in case.iterdir()) == ["expected.json", "page.html"]


def test_unreadable_page_writes_nothing(tmp_path: Path) -> None:
    site = get_site("haugiang")
    url = f"{site.root()}/xa-hoi/khong-co-gi-1.html"
    with pytest.raises(UnreadablePage):
        write_fixture(tmp_path / "new", site, url, b"<html></html>", captured_at=TAKEN)
    assert not (tmp_path / "new").exists()
    with pytest.raises(UnreadablePage):
        build_expected(site, url, b"", TAKEN)


def test_case_name_is_ascii() -> None:
    assert case_name("Đảng bộ Hậu Giang: “Học & làm” theo Bác năm 2025") == (
        "dang-bo-hau-giang-hoc-lam"
    )
    assert case_name("…") == "page"
