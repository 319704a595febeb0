"""Bylines, sources, datelines and photo credits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.record.bylines.parse import (
    is_byline,
    is_source,
    parse_byline,
    parse_source,
    photographer,
    split_dateline,
)
from storage.models import Author, Source

SHARED = Path(__file__).resolve().parents[5] / "shared"


def person(name: str, *roles: str) -> Author:
    return Author(name, "person", roles or ("text",))  # type: ignore[arg-type]


def organisation(name: str, *roles: str) -> Author:
    return Author(name, "organisation", roles or ("text",))  # type: ignore[arg-type]


READ: list[tuple[str, list[Author]]] = [
    ("Minh Khuê", [person("Minh Khuê")]),
    ("Phóng sự ảnh của MINH KHUÊ", [person("Minh Khuê", "photo")]),
    ("Chùm ảnh: Minh Khuê", [person("Minh Khuê", "photo")]),
    ("PHÓ CHỦ TỊCH - Hoàng Văn Séng", [person("Hoàng Văn Séng")]),
    ("BÍCH ĐÀO", [person("Bích Đào")]),
    ("H'LUN ÊBAN", [person("H'Lun Êban")]),
    ("N.K", [person("N.K")]),
    ("N.K.", [person("N.K")]),
    ("(THU CÚC)", [person("Thu Cúc")]),
    ("By Thu Cúc", [person("Thu Cúc")]),
    ("Được viết bởi Thu Cúc", [person("Thu Cúc")]),
    ("By: THU CÚC", [person("Thu Cúc")]),
    ("Thu Cúc • Văn Hòe", [person("Thu Cúc"), person("Văn Hòe")]),
    ("PV-CTV", []),
    ("Tổ biên tập", []),
    ("Bài, ảnh: Vì Thị Mai", [person("Vì Thị Mai", "text", "photo")]),
    ("Vì Người Nghèo", []),
    ("Admin Suối Vàng", []),
    ("Nguyễn Thị Hoa - N.T.H", [person("Nguyễn Thị Hoa")]),
    ("Ảnh: Th.H; Lê Thanh Hà", [person("Lê Thanh Hà", "photo")]),
    ("Nguyễn Thị Hoa - V.T", [person("Nguyễn Thị Hoa"), person("V.T")]),
    (
        "Nội dung: Minh Tâm Trình bày: Thu Cúc Ảnh: Văn Hòe",
        [person("Minh Tâm"), person("Thu Cúc", "graphics"), person("Văn Hòe", "photo")],
    ),
    ("Hậu Giang", []),
    ("Bài, ảnh: BÍCH ĐÀO", [person("Bích Đào", "text", "photo")]),
    ("Tin, ảnh: N.K", [person("N.K", "text", "photo")]),
    (
        "Bài và ảnh: Thu Cúc - Văn Hòe",
        [person("Thu Cúc", "text", "photo"), person("Văn Hòe", "text", "photo")],
    ),
    ("Bài: THU CÚC; ảnh: VĂN HÒE", [person("Thu Cúc"), person("Văn Hòe", "photo")]),
    ("Thu Cúc - Ảnh: Văn Hòe", [person("Thu Cúc"), person("Văn Hòe", "photo")]),
    ("Bài: Thu Cúc, ảnh: Thu Cúc", [person("Thu Cúc", "text", "photo")]),
    ("Tin, ảnh Thu Cúc", [person("Thu Cúc", "text", "photo")]),
    ("Thu Cúc – Văn Hòe, Bích Đào", [person("Thu Cúc"), person("Văn Hòe"), person("Bích Đào")]),
    ("Thu Cúc và Văn Hòe", [person("Thu Cúc"), person("Văn Hòe")]),
    ("Thu Cúc & Văn Hòe; N.K", [person("Thu Cúc"), person("Văn Hòe"), person("N.K")]),
    ("Thu Cúc thực hiện", [person("Thu Cúc")]),
    ("Thu Cúc (tổng hợp)", [person("Thu Cúc", "compilation")]),
    ("Thu Cúc (st)", [person("Thu Cúc", "compilation")]),
    ("Thu Cúc./.", [person("Thu Cúc")]),
    ("N.K (bt)", [person("N.K", "compilation")]),
    ("Biên tập: Văn Hòe", [person("Văn Hòe", "compilation")]),
    ("Đồ họa: Văn Hòe", [person("Văn Hòe", "graphics")]),
    ("Clip: Văn Hòe", [person("Văn Hòe", "video")]),
    ("Biên dịch: Thu Cúc", [person("Thu Cúc", "translation")]),
    ("Tác giả: ThS. Thu Cúc", [person("Thu Cúc")]),
    ("Đại tá, TS. VÕ VĂN HÒE", [person("Võ Văn Hòe")]),
    ("GS.TSKH Lò Thị Hạnh", [person("Lò Thị Hạnh")]),
    ("Lò Thị Hạnh - Trưởng khoa Dân vận, Trường Chính trị tỉnh", [person("Lò Thị Hạnh")]),
    ("LÒ VĂN PÁNH (phường Suối Vàng)", [person("Lò Văn Pánh")]),
    ("BS.CKII VÕ VĂN HÒE", [person("Võ Văn Hòe")]),
    ("BS. CKI Thu Cúc", [person("Thu Cúc")]),
    ("DS. Thu Cúc", [person("Thu Cúc")]),
    ("Lương y VÕ VĂN HÒE", [person("Võ Văn Hòe")]),
    ("Thu Cúc (th)", [person("Thu Cúc", "compilation")]),
    ("Thu Cúc (ảnh: Văn Hòe)", [person("Thu Cúc"), person("Văn Hòe", "photo")]),
    ("Thu Cúc (Ảnh: CTV)", [person("Thu Cúc")]),
    ("PV Thu Cúc", [person("Thu Cúc")]),
    ("VÕ VĂN HÒE, Bí thư Huyện ủy", [person("Võ Văn Hòe")]),
    ("Võ Văn Hòe -\nPhó Trưởng khoa", [person("Võ Văn Hòe")]),
    ("Đoàn Văn Hòe", [person("Đoàn Văn Hòe")]),
    ("TRƯỜNG AN", [person("Trường An")]),
    ("Ban Dân vận Huyện ủy Ba Tơ", [organisation("Ban Dân vận Huyện ủy Ba Tơ")]),
    ("Văn phòng HĐND và UBND xã", [organisation("Văn phòng HĐND và UBND xã")]),
    ("Đoàn Thanh niên Sở Tư pháp", [organisation("Đoàn Thanh niên Sở Tư pháp")]),
    ("Báo Ba Tơ", [organisation("Báo Ba Tơ")]),
    ("BAN TỔ CHỨC TỈNH ỦY", [organisation("Ban Tổ chức Tỉnh ủy")]),
    ("Sở Văn hóa, Thể thao và Du lịch", [organisation("Sở Văn hóa, Thể thao và Du lịch")]),
    ("Thu Cúc - Hội Nông dân tỉnh", [person("Thu Cúc"), organisation("Hội Nông dân tỉnh")]),
    ("Trung tâm Kiểm soát bệnh tật tỉnh", [organisation("Trung tâm Kiểm soát bệnh tật tỉnh")]),
    (
        "BS THU CÚC (Bệnh viện Đa khoa tỉnh)",
        [person("Thu Cúc"), organisation("Bệnh viện Đa khoa tỉnh")],
    ),
    ("Thu Cúc (Công an huyện Ba Tơ)", [person("Thu Cúc"), organisation("Công an huyện Ba Tơ")]),
    ("(Ảnh do Đài Truyền thanh Ba Tơ cung cấp)", [organisation("Đài Truyền thanh Ba Tơ", "photo")]),
    ("PV", []),
    ("P.V", []),
    ("BBT", []),
    ("CTV", []),
    ("Nhóm phóng viên", []),
    ("admin", []),
    ("Ad Min", []),
    ("Quản trị", []),
    ("Ban biên tập", []),
    ("Pho Ban bien tap", []),
    ("", []),
]

CREDITED: list[tuple[str, list[Author], str]] = [
    ("THU CÚC (báo tiền phong)", [person("Thu Cúc")], "Báo Tiền Phong"),
    ("Thu Cúc - TTXVN", [person("Thu Cúc")], "TTXVN"),
    ("Thu Cúc/VOV", [person("Thu Cúc")], "VOV"),
    ("Thu Cúc/Báo Ba Tơ", [person("Thu Cúc")], "Báo Ba Tơ"),
    ("Thu Cúc (theo Reuters)", [person("Thu Cúc")], "Reuters"),
    ("Dịch: Thu Cúc (theo Kyodo)", [person("Thu Cúc", "translation")], "Kyodo"),
    ("Thu Cúc - Theo Báo Ba Tơ", [person("Thu Cúc")], "Báo Ba Tơ"),
    ("Thu Cúc (Nguồn: TTXVN)", [person("Thu Cúc")], "TTXVN"),
    ("Theo Thu Cúc (VTC News)", [person("Thu Cúc")], "VTC News"),
    ("Theo Thu Cúc/Báo Tin tức và Dân tộc", [person("Thu Cúc")], "Báo Tin tức và Dân tộc"),
    ("Theo PV (TTXVN/Vietnam+)", [], "TTXVN/Vietnam+"),
    ("(TTXVN/Vietnam+)", [], "TTXVN/Vietnam+"),
    ("N.K (Theo Healthline, WebMD)", [person("N.K")], "Healthline, WebMD"),
]

SOURCES = [
    ("Theo VTV", Source("VTV")),
    ("(Theo Báo Ba Tơ)", Source("Báo Ba Tơ")),
    ("Theo báo dân trí", Source("Báo Dân Trí")),
    ("THEO BÁO BA TƠ", Source("Báo Ba Tơ")),
    ("Theo Tuổi trẻ", Source("Tuổi trẻ")),
    ("Theo Sở Tư pháp", Source("Sở Tư pháp")),
    ("Theo Psychology Today", Source("Psychology Today")),
    ("Theo Người lao động", Source("Người lao động")),
    ("Theo Sức khỏe & Đời sống", Source("Sức khỏe & Đời sống")),
    ("Theo bato.vn", Source("bato.vn")),
    ("Nguồn: Bản tin nội bộ", Source("Bản tin nội bộ")),
    ("Nguồn TTXVN", Source("TTXVN")),
    ("Theo https://www.bato.vn/tin-1.html.", Source("bato.vn", "https://www.bato.vn/tin-1.html")),
    ("Nguồn Ba Tơ: https://bato.vn/a", Source("Ba Tơ", "https://bato.vn/a")),
    ("Nguồn: https://bato.vn-HK", Source("bato.vn", "https://bato.vn")),
    ("https://bato.vn/a", Source("bato.vn", "https://bato.vn/a")),
]

NO_SOURCE = [
    "Theo ông Võ Văn Hòe, vụ lúa này được mùa",
    "Theo đó, xã sẽ mở rộng đường",
    "Theo kế hoạch",
    "Theo Báo cáo của xã",
    "Nguồn nhân lực của huyện",
    "Nguồn vốn vay",
    "Nguồn nước sạch về bản",
    "Ghi rõ nguồn khi phát hành lại",
    "Thu Cúc",
    "",
]

BYLINES = [printed for printed, authors in READ if authors and "\n" not in printed] + [
    "P.V",
    "BBT",
    "Nhóm phóng viên",
    "Thu Cúc (báo tiền phong)",
    "Thu Cúc - TTXVN",
    "Chau Sóc",
]

NO_BYLINES = [
    "Giữ gìn nghề dệt của làng",
    "- Bà Võ Thị Hòe",
    "Phòng bệnh",
    "PHÁT HUY SỨC DÂN",
    "NÂNG CAO CHẤT LƯỢNG",
    "Kết quả bước đầu",
    "Xã Ba Động đón bằng công nhận.",
    "Đồng chí Võ Văn Hòe, Bí thư Huyện ủy trao quà",
    "Võ Văn Hòe, Bí thư Huyện ủy phát biểu tại lễ hội",
    "Sở Tư pháp tập huấn cho hòa giải viên",
    "Ban hành quy chế mới",
    "Theo Báo Ba Tơ",
    "Trưởng Ban biên tập: Võ Văn Hòe",
    "Điện thoại: 0123 456",
    "Phóng viên: Vụ này ra sao?",
    "(Ảnh: Thu Cúc)",
    "Ảnh: Bà con xã Ba Động gặt lúa",
    "Thu Cúc.",
    "Hà Nội",
    "Xem Thêm",
    "TIN LIÊN QUAN",
    "Điện ảnh",
    "Cúc",
    "...",
    "",
]

DATELINES = [
    ("(BTO) - Sáng 2-3, xã họp.", "BTO", "Sáng 2-3, xã họp."),
    ("(BTO)- Sáng nay", "BTO", "Sáng nay"),
    ("ĐNO - UBND thành phố họp.", "ĐNO", "UBND thành phố họp."),
    ("(BTO) – Sáng nay", "BTO", "Sáng nay"),
    ("(BT-NK) Sáng nay", "BT-NK", "Sáng nay"),
    ("(Baobato.vn) - Sáng nay", "Baobato.vn", "Sáng nay"),
    ("(Báo Ba Tơ)- Sáng nay", "Báo Ba Tơ", "Sáng nay"),
    ("BaTơ - Sáng nay", "BaTơ", "Sáng nay"),
    ("BaTơ - BTĐT - Sáng nay", "BaTơ - BTĐT", "Sáng nay"),
    ("BTĐT - Chiều 3/4", "BTĐT", "Chiều 3/4"),
    ("BTO-Chiều 3/4", "BTO", "Chiều 3/4"),
    ("Batotv.vn - Chiều 3/4", "Batotv.vn", "Chiều 3/4"),
    ("VTV.VN - Chiều 3/4", "VTV.VN", "Chiều 3/4"),
]

NO_DATELINES = [
    "Ba Tơ - miền đất xanh",
    "TP. Vinh - Một ngày mưa",
    "UBND - Cơ quan của dân",
    "KT-XH của xã",
    "HĐND-UBND xã họp",
    "I. ĐỐI TƯỢNG DỰ THI",
    "(Kỳ 2) - Chuyện làng",
    "(Ảnh minh họa) Mùa vàng",
    "Sáng nay, xã họp",
    "Covid-19 lan nhanh",
    "- Sáng nay",
    "",
]

CAPTIONS = [
    ("Bà con gặt lúa. Ảnh: Thu Cúc", "Thu Cúc"),
    ("Bà con gặt lúa (Ảnh: Thu Cúc)", "Thu Cúc"),
    ("Bà con gặt lúa - ẢNH: THU CÚC", "Thu Cúc"),
    ("Bà con gặt lúa. Ảnh: N.K.", "N.K"),
    ("Bà con gặt lúa. Ảnh: Thu Cúc/TTXVN", "Thu Cúc"),
    ("Bà con gặt lúa. Ảnh: Thu Cúc - Văn Hòe", "Thu Cúc, Văn Hòe"),
    ("Bà con gặt lúa. Ảnh: T.L", None),
    ("Bà con gặt lúa. Ảnh: Tư liệu.", None),
    ("Bà con gặt lúa. Ảnh: TTXVN", None),
    ("Bà con gặt lúa. Ảnh: CTV", None),
    ("Bà con gặt lúa. Ảnh: Internet", None),
    ("Bà con gặt lúa. Ảnh: Minh họa", None),
    ("Bà con gặt lúa. Ảnh: Báo Ba Tơ", None),
    ("(Ảnh: Bà con xã Ba Động gặt lúa trên đồng)", None),
    ("Ảnh minh họa", None),
    ("Bà con gặt lúa - Ảnh 1.", None),
    ("Bà con gặt lúa", None),
    ("", None),
]


@pytest.mark.parametrize(("printed", "authors"), READ, ids=[row[0] for row in READ])
def test_byline_authors(printed: str, authors: list[Author]) -> None:
    assert parse_byline(printed) == (tuple(authors), None)


@pytest.mark.parametrize(
    ("printed", "authors", "source"), CREDITED, ids=[row[0] for row in CREDITED]
)
def test_byline_with_a_source(printed: str, authors: list[Author], source: str) -> None:
    assert parse_byline(printed) == (tuple(authors), Source(source))


@pytest.mark.parametrize(("printed", "source"), SOURCES, ids=[row[0] for row in SOURCES])
def test_source_credits(printed: str, source: Source) -> None:
    assert parse_source(printed) == source
    assert is_source(printed)
    assert parse_byline(printed)[1] == source
    assert not is_byline(printed)


def test_initials_joined_to_a_source_url_are_the_compiler() -> None:
    authors, _ = parse_byline("Nguồn: https://bato.vn-HK")
    assert authors == (person("HK", "compilation"),)


@pytest.mark.parametrize("printed", NO_SOURCE)
def test_prose_is_no_source_credit(printed: str) -> None:
    assert parse_source(printed) is None


@pytest.mark.parametrize("line", BYLINES)
def test_is_byline(line: str) -> None:
    assert is_byline(line)


@pytest.mark.parametrize("line", NO_BYLINES)
def test_is_not_byline(line: str) -> None:
    assert not is_byline(line)


@pytest.mark.parametrize(("text", "dateline", "rest"), DATELINES, ids=[row[0] for row in DATELINES])
def test_dateline_is_split_from_the_lead(text: str, dateline: str, rest: str) -> None:
    assert split_dateline(text) == (dateline, rest)


@pytest.mark.parametrize("text", NO_DATELINES)
def test_ordinary_text_has_no_dateline(text: str) -> None:
    assert split_dateline(text) == (None, text)


@pytest.mark.parametrize(("caption", "name"), CAPTIONS, ids=[row[0] for row in CAPTIONS])
def test_photographer(caption: str, name: str | None) -> None:
    assert photographer(caption) == name


@given(st.one_of(st.text(), st.text(alphabet="AĐBảnhTin,:;-–()./ vàPVhtps\nNguồheBo")))
def test_any_text_is_accepted(text: str) -> None:
    authors, _ = parse_byline(text)
    assert all(author.name and author.roles for author in authors)
    parse_source(text)
    is_byline(text)
    photographer(text)
    dateline, rest = split_dateline(text)
    assert dateline is None or rest


_ROLES = {
    "text": ("text",),
    "text+photo": ("text", "photo"),
    "photo": ("photo",),
    "produced": ("text",),
    "compiled": ("compilation",),
    "edited": ("compilation",),
    "graphics": ("graphics",),
    "translation": ("translation",),
}
# A caption credit's vector names a photographer, but the string alone is a byline without roles.
_CAPTION_ROWS = "(caption)"


def test_byline_vectors() -> None:
    path = SHARED / "domain" / "byline_vectors.json"
    if not path.exists():
        pytest.skip("the byline vectors are not available")
    wrong = []
    for row in json.loads(path.read_text(encoding="utf-8"))["byline_vectors"]:
        expected = row["expected"]
        authors, source = parse_byline(row["raw"])
        persons = [(a.name, a.roles) for a in authors if a.kind == "person"]
        stated_persons = [(p["name"], _ROLES[p["role"]]) for p in expected.get("persons", [])]
        if _CAPTION_ROWS in row["where"]:
            stated_persons = [(name, ("text",)) for name, _ in stated_persons]
        organisations = sum(a.kind == "organisation" for a in authors)
        credited = "source" in expected or "agency" in expected
        if (persons, organisations, source is not None) != (
            stated_persons,
            len(expected.get("organisations", [])),
            credited,
        ):
            wrong.append((row["raw"], authors, source))
    assert not wrong


def test_caption_credit_vectors() -> None:
    path = SHARED / "domain" / "byline_vectors.json"
    if not path.exists():
        pytest.skip("the byline vectors are not available")
    for row in json.loads(path.read_text(encoding="utf-8"))["caption_credits"]:
        assert (photographer(row["raw"]) is not None) == row["meaning"].startswith("photographer")


def test_bylines_of_seed_articles() -> None:
    path = SHARED / "seeds" / "gold.json"
    if not path.exists():
        pytest.skip("the seeds are not available")
    for record in json.loads(path.read_text(encoding="utf-8")).values():
        authors, _ = parse_byline(record["byline_as_printed"])
        assert [(a.name, a.kind, list(a.roles)) for a in authors] == [
            (a["name"], a["kind"], a["roles"]) for a in record["authors"]
        ]
        assert is_byline(record["byline_as_printed"])
        for block in record["body"]:
            assert not is_byline(block["text"])
            assert not is_source(block["text"])


def test_authors_of_gold_pages() -> None:
    path = SHARED / "captures" / "gold.jsonl"
    if not path.exists():
        pytest.skip("the gold pages are not available")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        authors, _ = parse_byline(row.get("byline_printed") or "")
        assert [a.name for a in authors] == row["authors"]


def test_trang_is_a_given_name_unless_the_name_of_a_site_follows() -> None:
    authors, source = parse_byline("Theo Trang Anh/VTC News")
    assert [(a.name, a.kind) for a in authors] == [("Trang Anh", "person")]
    assert source is not None
    assert source.name == "VTC News"
    assert [a.name for a in parse_byline("Hà My - Trang Anh")[0]] == ["Hà My", "Trang Anh"]
    assert is_source("Theo Trang thông tin điện tử Huyện ủy Mường Lay")
    assert is_source("Source: Muong Lay Portal")
    assert parse_byline("TRANG TIN ĐIỆN TỬ ĐẢNG BỘ")[0][0].kind == "organisation"
