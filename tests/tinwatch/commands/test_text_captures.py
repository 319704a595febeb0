"""tinwatch import and explain with text copied from a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tinwatch.commands.app import app

TEXT = """BÁO ĐỒNG NAI ĐIỆN TỬ
Suối Vàng nạo vét mương trước vụ mới
07/04/2025 08:15
Hơn bốn mươi hộ dân thôn Suối Vàng góp công khơi lại dòng nước.
Bà con ra đồng từ sớm, ai cũng mang theo cuốc và một bữa cơm nắm.
Đến trưa, nước đã về tới thửa ruộng cuối cùng của thôn.
Hà Thu
Tin liên quan
Mở đường vào bản
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bai.txt"
    path.write_text(TEXT, "utf-8")
    return path


def run(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    rows = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return result.exit_code, rows


def test_import_finds_the_site_of_each_text(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "khac.txt"
    other.write_text(TEXT.replace("ĐỒNG NAI", "BẠC LIÊU"), "utf-8")
    code, rows = run("import", file, other, "--home", tmp_path / "home", "--json")
    assert code == 0
    assert [(row["site"], row["read"]) for row in rows] == [("dongnai", 1), ("baclieu", 1)]


def test_import_of_a_text_without_a_site_imports_nothing(file: Path, tmp_path: Path) -> None:
    file.write_text(TEXT.partition("\n")[2], "utf-8")
    assert run("import", file, "--home", tmp_path / "home", "--json") == (2, [])
    assert run("import", file, "--site", "dongnai", "--home", tmp_path / "home")[0] == 0


def test_explain_shows_what_each_excluded_line_is(file: Path) -> None:
    code, (row,) = run("explain", file, "--json")
    assert (code, row["site"]) == (0, "dongnai")
    excluded = {piece["text"]: piece["why_code"] for piece in row["left_out"]}
    assert excluded["BÁO ĐỒNG NAI ĐIỆN TỬ"] == "frame_masthead"
    assert excluded["07/04/2025 08:15"] == "frame_date"
    assert excluded["Tin liên quan"] == "frame_list_heading"
    assert excluded["Mở đường vào bản"] == "frame_after_end"


def test_explain_of_a_text_without_an_article(file: Path) -> None:
    file.write_text("Tin liên quan", "utf-8")
    code, (row,) = run("explain", file, "--site", "dongnai", "--json")
    assert (code, row["trouble_code"]) == (1, "no_article_line")


def test_explain_of_a_text_with_its_url(file: Path) -> None:
    url = "https://baodongnai.com.vn/202504/suoi-vang-nao-vet-muong-a1b2c3d/"
    code, (row,) = run("explain", url, "--page", file, "--json")
    assert (code, row["url"]) == (0, url)
    assert next(f for f in row["fields"] if f["field"] == "byline")["value"] == "Hà Thu"
