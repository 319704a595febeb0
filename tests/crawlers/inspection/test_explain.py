"""`explain` describes the extraction itself, with and without a trace."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import crawlers.extraction.article
import crawlers.extraction.generic.article
from crawlers.extraction.article import extract_article
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.lines import PageLine, page_lines
from crawlers.extraction.trace import Trace
from crawlers.inspection.explain import FIELDS, Explanation, FieldExplanation, explain, value_of
from crawlers.inspection.pages import StoredPage
from crawlers.platforms.cms_body import CmsBody
from crawlers.registry import all_sites, get_site
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate, line_hash
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean
from storage.reasons import Reason
from tests.each import for_each

FOLDER = Path(__file__).resolve().parents[2] / "sites"
CASES = sorted(
    f"{page.parent.parent.name}/{page.parent.name}"
    for page in FOLDER.glob("*/*/page.html*")
    if page.parent.parent.name in all_sites()
)
TAKEN = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)
URL = "https://baomau.example/suoi-vang-post101.html"
PAGE = """<html><head><meta property="og:title" content="Suối Vàng khơi dòng nước">
<meta property="article:section" content="Thời sự"></head><body>
<h1 class="article__title">Suối Vàng khơi dòng nước</h1><time class="time">07/03/2025 08:15</time>
<div class="article__sapo">Hơn bốn mươi hộ dân góp công khơi lại dòng nước cho vụ lúa mới.</div>
<div class="article__body"><p>Sáng thứ hai, bà con cùng nhau ra đồng nạo vét mương nước từ sớm.</p>
<div class="related-news"><p>Bài khác cùng chuyên mục</p></div><button>Nghe đọc bài</button>
<p><a href="/cay-cau-moi-post99.html">Cây cầu mới ở thôn Hạ</a></p><p>suoi-vang.jpg</p>
<figure><img src="a.jpg"><figcaption>Bà con ra đồng. Ảnh: Hà Thu</figcaption></figure>
<p>Đến trưa, dòng nước đã về tới thửa ruộng cuối cùng của thôn.</p>
<p>Gọi đường dây nóng của tòa soạn</p><p style="text-align:right">Hà Thu</p></div></body></html>"""


class Mau(CmsBody):
    name = "mau_explained"
    title = "Báo Mẫu"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["baomau.example"]
    sections = ["tin"]
    select = {**CmsBody.select, "section": ["h3.muc"], "title": ["h1.cu", *CmsBody.select["title"]]}


@cache
def kept(case: str) -> StoredPage:
    facts: dict[str, Any] = json.loads((FOLDER / case / "expected.json").read_text("utf-8"))
    plain = FOLDER / case / "page.html"
    packed = FOLDER / case / "page.html.gz"
    body = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    taken = datetime.fromisoformat(facts["captured_at"])
    return StoredPage(facts["url"], body, taken, facts["content_type"], "a fixture")


def site_of(case: str) -> type[SiteSpider]:
    return get_site(case.split("/")[0])


def about(case: str) -> tuple[bytes, str, type[SiteSpider], datetime, str | None]:
    page = kept(case)
    return page.body, page.url, site_of(case), page.captured_at, page.content_type


@cache
def explained(case: str) -> Explanation:
    return explain(kept(case), site_of(case))


def mau(html: str = PAGE, boilerplate: Boilerplate | None = None) -> Explanation:
    page = StoredPage(URL, html.encode(), TAKEN, None, "written for the test")
    return explain(page, Mau, boilerplate)


def field_of(found: Explanation, field: str) -> FieldExplanation:
    return next(s for s in found.fields if s.field == field)


@for_each("case", CASES)
def test_explanation_matches_the_extraction(case: str) -> None:
    page = extract_article(*about(case))
    assert extract_article(*about(case), trace=Trace()) == page
    record = normalise(page)
    found = explained(case)
    assert found.article == record
    assert (found.problem, found.rejection) == (None, None)
    assert [s.field for s in found.fields] == list(FIELDS)
    for each in found.fields:
        state = record.fields[each.field]
        assert (each.state, each.rule) == (state.state, state.rule)
        assert each.value == value_of(record, each.field)


@for_each("case", CASES)
def test_trace_changes_no_generic_extraction(case: str) -> None:
    try:
        page = extract_generic_article(*about(case))
    except UnreadablePage:
        pytest.skip("the generic reader cannot read it")
    assert extract_generic_article(*about(case), trace=Trace()) == page


@for_each("case", CASES)
def test_chosen_rule_found_the_extracted_value(case: str) -> None:
    for each in explained(case).fields:
        won = [f for f in each.findings if f.chosen]
        if each.rule in site_of(case).select.get(each.field, []):
            assert [f.rule for f in won] == [each.rule]
            assert each.origin is not None
            assert each.origin.startswith(("site", "platform "))
        if each.field in ("title", "section") and won:
            assert [clean(f.text or "") for f in won] == [each.value]


def accounted(page: RawArticle, trace: Trace, lines: list[PageLine]) -> list[str]:
    """Lines of the body that are neither in the article nor named as left out."""
    named = {piece.text for piece in trace.excluded} | {block.text for block in page.blocks}
    named |= {page.lead or ""}
    return [line.text for line in lines if line.text not in named]


@pytest.mark.parametrize(
    "module", [crawlers.extraction.article, crawlers.extraction.generic.article]
)
@for_each("case", CASES)
def test_every_line_is_in_the_article_or_excluded(
    case: str, module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if site_of(case).repair_text:
        pytest.skip("its lines are converted after they are read")
    seen: list[PageLine] = []

    def watched(*given: Any) -> Any:
        text = page_lines(*given)
        seen.extend(text.lines)
        return text

    monkeypatch.setattr(module, "page_lines", watched)
    trace = Trace()
    read = extract_article if module is crawlers.extraction.article else extract_generic_article
    try:
        page = read(*about(case), trace=trace)
    except UnreadablePage:
        pytest.skip("the generic reader cannot read it")
    assert accounted(page, trace, seen) == []


def test_every_kind_of_excluded_text_is_listed() -> None:
    line = "Gọi đường dây nóng của tòa soạn"
    found = mau(boilerplate=Boilerplate(1, frozenset({line_hash(line)})))
    left_out = {piece.kind: (piece.text, piece.why) for piece in found.excluded}
    assert left_out["drop rule"] == (
        "Bài khác cùng chuyên mục",
        Reason("matches_rule", rule=".related-news"),
    )
    assert left_out["no text"][0] == "Nghe đọc bài"
    assert left_out["related"][0] == "Cây cầu mới ở thôn Hạ"
    assert "/cay-cau-moi-post99.html" in left_out["related"][1].params["url"]
    assert left_out["cruft"][0] == "suoi-vang.jpg"
    assert left_out["caption"][0] == "Bà con ra đồng. Ảnh: Hà Thu"
    assert left_out["template"][0] == line
    assert left_out["byline"][0] == "Hà Thu"
    assert len(found.excluded) == 7
    assert field_of(found, "body").value == [
        "Sáng thứ hai, bà con cùng nhau ra đồng nạo vét mương nước từ sớm.",
        "Đến trưa, dòng nước đã về tới thửa ruộng cuối cùng của thôn.",
    ]


def test_origin_of_rules() -> None:
    found = mau()
    title, section = field_of(found, "title"), field_of(found, "section")
    assert (title.origin, title.rule) == ("platform CmsBody", ".article__title")
    assert [(f.origin, f.rule, f.text) for f in title.findings[:2]] == [
        ("site", "h1.cu", None),
        ("platform CmsBody", ".article__title.cms-title", None),
    ]
    assert (section.origin, section.value) == ("structured data", "Thời sự")
    assert [(f.origin, f.chosen) for f in section.findings[:2]] == [
        ("site", False),
        ("structured data", True),
    ]
    assert field_of(found, "byline").origin == "body's lines"
    assert field_of(found, "byline").rule == "end of body"
    assert field_of(found, "updated").state == "absent"
    assert any(f.origin == "generic reader" for f in field_of(found, "body").findings)


def test_further_matches_of_a_rule_are_counted() -> None:
    twice = PAGE.replace("</body>", '<h1 class="article__title">Bài bên cạnh</h1></body>')
    won = next(f for f in field_of(mau(twice), "title").findings if f.chosen)
    assert (won.text, won.more) == ("Suối Vàng khơi dòng nước", 1)


def test_generic_extractor_is_the_fallback() -> None:
    found = mau(PAGE.replace("article__body", "noi-dung-moi"))
    assert found.problem is not None
    assert found.problem.params["reason"].code == "no_body_by_rules"
    assert found.extractor_version is not None
    assert found.extractor_version.endswith(".generic")
    body = field_of(found, "body")
    assert (body.state, body.origin) == ("value", "generic reader")
    assert not any(f.chosen for f in body.findings)


def test_unreadable_page_lists_the_results_of_rules() -> None:
    found = mau('<html><body><h1 class="article__title">Suối Vàng</h1></body></html>')
    assert (found.article, found.extractor_version) == (None, None)
    assert found.problem is not None
    assert {s.state for s in found.fields} == {"unread"}
    assert any(f.text == "Suối Vàng" for f in field_of(found, "title").findings)


@pytest.mark.parametrize("html", ["", " ", "\x00", "<p>"])
def test_broken_pages_are_explained(html: str) -> None:
    assert mau(html).problem is not None


def test_nested_excluded_elements_are_listed_once() -> None:
    nested = PAGE.replace("<p>Bài khác", '<p class="audio"><button>Nghe</button>Bài khác')
    kinds = [p.kind for p in mau(nested).excluded if "Bài khác" in p.text or p.text == "Nghe"]
    assert kinds == ["drop rule"]


def test_soft_404_is_rejected() -> None:
    lost = "<title>Không tìm thấy trang</title><h1>Không tìm thấy trang</h1><p>Mời quay lại.</p>"
    found = mau(f"<html><body>{lost}</body></html>")
    assert found.rejection is not None
    assert found.rejection.code == "not_found_phrase"
    assert mau().rejection is None
