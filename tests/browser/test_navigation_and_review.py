"""One clicks through the page: what is new, an article, its change, a takedown, a review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_front_page_to_diff_to_review(open_page: Open, address: str) -> None:
    page = open_page()
    page.goto(f"{address}/?since=64")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    edited = page.locator("section", has=page.locator("#kind-edited"))
    edited.get_by_role("link", name="Sở Tài chính Yên Bái").click()
    expect(page.locator("h1")).to_contain_text("Hồ sơ thứ sáu")
    page.get_by_role("link", name="Xem lần sửa cuối").click()
    expect(page.locator("ins", has_text="Yên Bái").first).to_be_visible()
    expect(page.locator("del").first).to_be_visible()
    page.get_by_label("Cách xem").select_option("inline")
    page.get_by_role("button", name="So sánh").click()
    expect(page.locator("p.one ins").first).to_be_visible()

    page.get_by_role("navigation").get_by_role("link", name="Bài bị gỡ").click()
    takedown = page.locator(".event", has_text="Càng Long tiết kiệm giấy mực")
    expect(takedown).to_contain_text("đã bị gỡ")
    takedown.locator("summary").click()
    takedown.get_by_label("quan trọng").check()
    takedown.get_by_label("Ghi chú").fill("Hỏi lại toà soạn")
    takedown.get_by_label("Tên bạn").fill("Thu Hà")
    takedown.get_by_role("button", name="Lưu").click()
    expect(takedown).to_contain_text("Hỏi lại toà soạn")

    page.get_by_role("navigation").get_by_role("link", name="Cần xem lại").click()
    expect(page.locator("#content")).not_to_contain_text("Càng Long tiết kiệm giấy mực")
    page.locator(".tabs").get_by_role("link", name="quan trọng").click()
    expect(page.locator("#content")).to_contain_text("Càng Long tiết kiệm giấy mực")


def test_inbox_is_worked_off_by_keys(open_page: Open, address: str) -> None:
    page = open_page(locale="en-GB")
    page.goto(f"{address}/review")
    rows = page.locator(".event")
    number = rows.count()
    page.get_by_label("Your name").fill("Lan")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    title = rows.first.locator(".title").inner_text()
    page.keyboard.press("2")
    expect(page.get_by_role("status")).to_contain_text("1 event was marked.")
    expect(page.locator(".events")).not_to_contain_text(title)
    page.wait_for_load_state()  # the script of the new page reads keys
    page.keyboard.press("u")
    expect(rows).to_have_count(number)
    expect(page.get_by_label("Your name")).to_have_value("Lan")


def test_inbox_counts_one_click_marks_and_bulk(open_page: Open, address: str) -> None:
    """Marks by mouse and in bulk move the counts of the tabs; undo moves them back."""
    page = open_page(locale="en-GB")
    page.goto(f"{address}/review")
    rows = page.locator(".event")

    def counts() -> dict[str, int]:
        tabs = page.locator(".tabs a").all_inner_texts()
        return {name.rsplit(" ", 1)[0]: int(name.rsplit(" ", 1)[1]) for name in tabs}

    before = counts()
    number = rows.count()
    assert number == before["Not reviewed"] >= 3
    page.get_by_label("Your name").fill("Mai")
    rows.first.get_by_role("button", name="noise").click()
    expect(rows).to_have_count(number - 1)
    assert counts() == before | {
        "Not reviewed": number - 1, "noise": before["noise"] + 1
    }  # fmt: skip
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(number)
    assert counts() == before
    page.locator("h1").click()
    for key in ("j", "x", "j", "k", "j", "x"):  # the first two are ticked
        page.keyboard.press(key)
    expect(rows.nth(1)).to_be_focused()
    expect(page.locator("input[name=event]:checked")).to_have_count(2)
    page.locator(".bulk").get_by_role("button", name="checked").click()
    expect(page.get_by_role("status")).to_contain_text("2 events were marked.")
    assert counts() == before | {
        "Not reviewed": number - 2, "checked": before["checked"] + 2
    }  # fmt: skip
    page.keyboard.press("u")
    expect(rows).to_have_count(number)
    page.get_by_role("button", name="Tick all").click()
    expect(page.locator("input[name=event]:checked")).to_have_count(number)
    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("Mai")


def test_mark_all_as_seen_empties_the_front_page(open_page: Open, address: str) -> None:
    page = open_page(locale="en-GB")
    page.goto(f"{address}/?since=0")
    page.get_by_role("button", name="Mark all as seen").click()
    expect(page.locator("#content")).to_contain_text("Nothing new")
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.locator("#content")).to_contain_text("Không có gì mới")


def test_first_tab_stop_skips_to_the_content(open_page: Open, address: str) -> None:
    page = open_page()
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("path", ["/?since=0", "/articles/EDITED/diff", "/articles/6", "/review"])
def test_dashboard_works_without_javascript(
    open_page: Open, address: str, edited: int, path: str
) -> None:
    page = open_page(java_script_enabled=False)
    answer: Any = page.goto(address + path.replace("EDITED", str(edited)))
    assert answer.ok
    expect(page.locator("h1")).to_be_visible()
