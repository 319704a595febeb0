"""Plain text corpus export, its metadata read with pandas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from storage.exports.registry import FORMATS

Export = Callable[..., Any]


def read(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "metadata.csv", dtype={"doc_id": str})
    assert {name.name for name in folder.iterdir()} == {"texts", "metadata.csv"}
    assert sorted(f"texts/{file.name}" for file in (folder / "texts").iterdir()) == sorted(
        table["file"]
    )
    return table


def test_each_article_is_a_file_and_a_row(exported: Export) -> None:
    folder = exported(FORMATS["corpus"])
    table = read(folder)
    first = table.iloc[0]
    assert first["doc_id"] == "alpha-142041.txt"
    assert (first["site_title"], first["province_now"]) == ("Báo Alpha & Bạn", "can-tho")
    assert (first["published"], first["year"]) == ("2025-03-07T08:15:00+07:00", 2025)
    assert first["authors"].startswith("Nguyễn Thị Hà Thu; Trường Sơn; ")
    text = (folder / first["file"]).read_text("utf-8")
    assert text.startswith("Tổ công nghệ số đến từng nhà\n\nNgười già trong ấp được chỉ cách")
    assert "Ảnh: Quang Tấn" not in text
    assert first["syllables"] == len(text.split())


def test_path_key_stays_in_the_folder(exported: Export) -> None:
    folder = exported(FORMATS["corpus"])
    bad = read(folder).iloc[1]
    assert (folder / bad["file"]).resolve().parent == (folder / "texts").resolve()
    text = (folder / bad["file"]).read_text("utf-8")
    assert text.startswith("<script>x</script> ER - TY - BOOK")
    assert len(text.split("\n\n")) == 7  # title, lead and five blocks: no text breaks its line
    assert not set("\u202e\x00\x1b") & set(text)


def test_each_revision_is_a_file(exported: Export) -> None:
    assert len(read(exported(FORMATS["corpus"], revisions=True))) == 4
