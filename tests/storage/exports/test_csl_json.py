"""CSL-JSON export, validated with the CSL schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from storage.exports.registry import FORMATS

Export = Callable[..., Any]
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "csl-data.json").read_text("utf-8"))


def read(written: bytes) -> Any:
    items = json.loads(written)
    jsonschema.Draft7Validator(SCHEMA).validate(items)
    return items


def test_citation_has_all_fields(exported: Export) -> None:
    first, *_ = read(exported(FORMATS["csl-json"]))
    note = first.pop("note")
    assert first == {
        "id": "alpha-142041",
        "type": "article-newspaper",
        "title": "Tổ công nghệ số đến từng nhà",
        "author": [
            {"literal": "Nguyễn Thị Hà Thu"},
            {"literal": "Trường Sơn"},
            {"literal": "Đài Truyền thanh Long Mỹ"},
        ],
        "container-title": "Báo Alpha & Bạn",
        "issued": {"date-parts": [[2025, 3, 7]]},
        "accessed": {"date-parts": [[2025, 3, 11]]},
        "URL": "https://alpha.vn/tin/bai-142041.html?a=1&b=50%25_x#c",
        "section": "Xây dựng Đảng",
        "abstract": "Người già trong ấp được chỉ cách nộp hồ sơ ngay tại nhà.",
        "keyword": "chuyển đổi số, Long Mỹ",
        "language": "vi",
    }
    assert note.startswith("Revision 2, one of 2, captured 2025-03-10T18:30:00Z, SHA-256 f7f7")


def test_hostile_text_stays_in_its_field(exported: Export, hostile: str) -> None:
    written = exported(FORMATS["csl-json"])
    bad = read(written)[1]
    assert bad["title"].startswith("<script>x</script> ER - TY - BOOK")
    assert bad["title"].endswith("=HYPERLINK(1)")
    assert not set("\n\r\u202e\x00\u2028\ufffe") & set(bad["title"] + bad["abstract"])


def test_empty_selection_is_an_empty_array(exported: Export) -> None:
    assert read(exported(FORMATS["csl-json"], sites=["beta"])) == []


def test_schema_rejects_invalid_citations() -> None:
    with pytest.raises(jsonschema.ValidationError):
        read(b'[{"id": "a", "type": "article-newspaper", "headline": "b"}]')
