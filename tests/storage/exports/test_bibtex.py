"""BibTeX export, parsed with bibtexparser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import bibtexparser
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import splitname
from bibtexparser.latexenc import latex_to_unicode

from storage.exports.bibtex import escaped
from storage.exports.registry import FORMATS

Export = Callable[..., Any]


def read(written: bytes) -> list[dict[str, str]]:
    parser = BibTexParser(ignore_nonstandard_types=False)
    return list(bibtexparser.loads(written.decode(), parser).entries)


def test_citation_has_all_fields(exported: Export) -> None:
    first = read(exported(FORMATS["bibtex"]))[0]
    assert (first["ENTRYTYPE"], first["entrysubtype"]) == ("article", "newspaper")
    assert first["ID"] == "alpha-142041"
    assert first["title"] == "{Tổ công nghệ số đến từng nhà}"
    assert first["journal"] == r"Báo Alpha \& Bạn"
    assert (first["date"], first["year"]) == ("2025-03-07", "2025")
    assert (first["url"], first["urldate"]) == (
        "https://alpha.vn/tin/bai-142041.html?a=1&b=50%25_x#c", "2025-03-11",
    )  # fmt: skip
    assert first["langid"] == "vietnamese"
    assert "SHA-256 f7f7" in first["annote"]
    assert "WARC alpha/2025-03-09.warc.gz, byte 1234" in first["annote"]
    assert "note" not in first  # styles print it


def test_names_are_not_split(exported: Export) -> None:
    first = read(exported(FORMATS["bibtex"]))[0]
    names = [splitname(name) for name in first["author"].split(" and ")]
    assert [name["last"] for name in names] == [
        ["{Nguyễn Thị Hà Thu}"], ["{Trường Sơn}"], ["{Đài Truyền thanh Long Mỹ}"],
    ]  # fmt: skip
    assert not any(name["first"] for name in names)


def test_text_cannot_end_its_field(exported: Export) -> None:
    written = exported(FORMATS["bibtex"])
    entries = read(written)
    assert len(entries) == 3
    assert len({entry["ID"] for entry in entries}) == 3
    bad = entries[1]
    assert re.fullmatch(r"[a-z0-9_-]+", bad["ID"])
    assert bad["ENTRYTYPE"] == "article"
    assert "\n" not in bad["title"] + bad["author"] + bad["keywords"]
    for value in bad.values():
        depth = [1 if c == "{" else -1 for c in value if c in "{}"]
        assert sum(depth) == 0
        assert all(sum(depth[:n]) >= 0 for n in range(len(depth)))
    assert bad["url"] == "https://alpha.vn/%20ER%20-%20%7Bx%7D%5C%20"


def test_tex_special_characters_are_escaped() -> None:
    text = "a\\b {c} 50% & $1 #2 x_y ~ ^"
    assert escaped(text) == (
        r"a\textbackslash{}b \textbraceleft{}c\textbraceright{} 50\% \& \$1 \#2 x\_y "
        r"\textasciitilde{} \textasciicircum{}"
    )
    assert latex_to_unicode(escaped("50% & #2 x_y")).replace("\\", "") == "50% & #2 x_y"
