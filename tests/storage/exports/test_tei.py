"""TEI export, validated with the TEI schema."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from storage.exports.registry import FORMATS
from storage.messages.reasons_input import InputReason
from tests.sentences import has_code

Export = Callable[..., Any]
SCHEMA = Path(__file__).parents[2] / "schemas" / "tei_all.rng.gz"
NS = {"t": "http://www.tei-c.org/ns/1.0"}
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(gzip.decompress(SCHEMA.read_bytes())))


def texts(node: Any, path: str) -> list[str]:
    return ["".join(found.itertext()) for found in node.iterfind(path, NS)]


@pytest.mark.slow  # libxml2 takes 15 s to compile the schema of TEI
def test_output_is_valid_tei(exported: Export, schema: etree.RelaxNG) -> None:
    for revisions in (False, True):
        corpus = etree.fromstring(exported(FORMATS["tei"], revisions=revisions))
        schema.assertValid(corpus)
        assert len(corpus.findall("t:TEI", NS)) == (4 if revisions else 3)
    corpus.find(".//t:body/t:head", NS).tag = "{http://www.tei-c.org/ns/1.0}headline"
    assert not schema.validate(corpus)


def test_body_has_the_structure_of_the_record(exported: Export) -> None:
    first = etree.fromstring(exported(FORMATS["tei"])).find("t:TEI", NS)
    assert first.get(XML_ID) == "alpha-142041"
    body = first.find("t:text/t:body", NS)
    assert texts(body, "t:head") == ["Tổ công nghệ số đến từng nhà"]
    assert texts(body, "t:argument/t:p") == [
        "Người già trong ấp được chỉ cách nộp hồ sơ ngay tại nhà."
    ]
    assert texts(body, "t:div/t:head") == ["Việc làm trong hai buổi", "Còn khó"]
    section = body.find("t:div", NS)
    assert texts(section, "t:list/t:item") == ["Cài ứng dụng", "Nộp hồ sơ"]
    assert texts(section, "t:quote") == ["Tôi tự làm được rồi"]
    rows = [texts(row, "t:cell") for row in section.iterfind("t:table/t:row", NS)]
    assert rows == [["Ấp", "Số hồ sơ"], ["Bình Hòa", "857"]]
    assert texts(body, "t:div[@type='captions']//t:figDesc") == [
        "Hướng dẫn tại nhà. Ảnh: Quang Tấn"
    ]


def test_header_has_source_and_history(exported: Export) -> None:
    first = etree.fromstring(exported(FORMATS["tei"])).find("t:TEI", NS)
    header = first.find("t:teiHeader", NS)
    source = header.find(".//t:biblStruct", NS)
    assert texts(source, "t:analytic/t:author/t:persName") == ["Nguyễn Thị Hà Thu", "Trường Sơn"]
    done = header.findall(".//t:respStmt", NS)
    assert [texts(each, "*") for each in done] == [
        ["photo", "Nguyễn Thị Hà Thu"], ["photo", "Quang Tấn"],
        ["compilation", "Đài Truyền thanh Long Mỹ"],
    ]  # fmt: skip
    assert source.find(".//t:date", NS).get("when") == "2025-03-07T08:15:00+07:00"
    assert texts(source, "t:analytic/t:idno[@type='SHA-256']") == ["f7" * 32]
    changes = header.findall("t:revisionDesc/t:change", NS)
    assert [(c.get("n"), c.get("when")) for c in changes] == [
        ("2", "2025-03-10T18:30:00Z"), ("1", "2025-03-09T18:30:00Z"),
    ]  # fmt: skip
    assert [term.get("type") for term in header.iterfind(".//t:term", NS)] == [
        "section", "tag", "tag",
    ]  # fmt: skip


def test_markup_in_text_is_escaped(exported: Export) -> None:
    bad = etree.fromstring(exported(FORMATS["tei"])).findall("t:TEI", NS)[1]
    title = bad.findtext("t:text/t:body/t:head", None, NS)
    assert title.startswith("<script>x</script> ER - TY - BOOK")
    assert not set("\u202e\x1b\ufffe\ud800") & set("".join(bad.itertext()))
    names = {etree.QName(node).localname for node in bad.iter()}
    assert not {"script", "img"} & names


def test_empty_selection_is_an_error(exported: Export) -> None:
    with pytest.raises(ValueError, check=has_code(InputReason.EMPTY_TEI)):
        exported(FORMATS["tei"], sites=["beta"])
