"""The site of a saved file, by its URL or by what it prints of its publisher."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.inspection.file_site import site_of_file
from crawlers.registry import UnknownSite

TITLE = "Suối Vàng nạo vét mương trước vụ mới"
TEXT = (
    "Hơn bốn mươi hộ dân thôn Suối Vàng góp công khơi lại dòng nước.",
    "Bà con ra đồng từ sớm, ai cũng mang theo cuốc và một bữa cơm nắm.",
    "Theo báo baolangson.vn, nước đã về tới thửa ruộng cuối cùng của thôn.",
)


def saved(folder: Path, *lines: str, name: str = "bai.txt") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), "utf-8")
    return file


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["BÁO ĐỒNG NAI ĐIỆN TỬ", "Cơ quan của Đảng bộ tỉnh"], []),
        (["Theo dõi Báo và phát thanh, truyền hình Đồng Nai trên Google News"], []),
        ([], ["Hà Thu", "Tòa soạn: 8 đường Suối Vàng", "Website: www.baodongnai.com.vn"]),
        ([], ["Hà Thu", "Điện thoại: 0251 000111", "Email: toasoan@baodongnai.com.vn"]),
    ],
    ids=["masthead", "toolbar", "host", "email"],
)
def test_site_of_a_text(tmp_path: Path, above: list[str], below: list[str]) -> None:
    assert site_of_file(saved(tmp_path, *above, TITLE, *TEXT, *below)).name == "dongnai"


@pytest.mark.parametrize(
    "below",
    [[], ["Theo https://baodongnai.com.vn"], ["Liên kết website", "Báo Bạc Liêu", "Báo Gia Lai"]],
    ids=["nothing", "source", "links"],
)
def test_names_of_other_sites_say_nothing(tmp_path: Path, below: list[str]) -> None:
    with pytest.raises(UnknownSite, match="use --site"):
        site_of_file(saved(tmp_path, TITLE, *TEXT, "Hà Thu", *below))


def test_url_decides(tmp_path: Path) -> None:
    file = saved(tmp_path, "BÁO ĐỒNG NAI ĐIỆN TỬ", TITLE, *TEXT)
    assert site_of_file(file, "https://baogialai.com.vn/bai-post1.html").name == "gialai"


def test_canonical_link_of_a_page(tmp_path: Path) -> None:
    link = '<link rel="canonical" href="https://baogialai.com.vn/bai-post1.html">'
    file = saved(tmp_path, f"<html><head>{link}</head><body></body></html>", name="bai.html")
    assert site_of_file(file).name == "gialai"


def test_archive_names_no_single_site(tmp_path: Path) -> None:
    with pytest.raises(UnknownSite, match="use --site"):
        site_of_file(saved(tmp_path, "WARC/1.1", name="night.warc"))
