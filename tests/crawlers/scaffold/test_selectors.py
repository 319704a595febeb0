"""Selectors that scaffold proposes: short, meaningful, and valid on the next article."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from crawlers.scaffold.draft import draft
from crawlers.scaffold.evaluation import Identity
from crawlers.scaffold.fields import best_selectors, expected_values
from crawlers.scaffold.samples import Sample, split_pages
from crawlers.scaffold.saved_pages import SavedPage
from crawlers.scaffold.selectors import cost, has_own_name, selectors_of

CAPTURED = datetime(2025, 3, 20, tzinfo=UTC)
PARAGRAPH = "<p>Đoạn {n}{m}: bà con trong xã ra đồng từ sớm, ai cũng mang theo một nắm cơm.</p>"


def page(number: int, head: str, body: str = "", links: str = "") -> SavedPage:
    text = "".join(PARAGRAPH.format(n=number, m=m) for m in range(8))
    title = f"Chuyện ra đồng lần thứ {number} ở xã ta"
    html = (
        f"<html><head><title>{title}</title></head><body><div class='menu'>{links}</div>"
        f"{head.format(title=title, n=number)}<div class='chi-tiet'>{text}{body}</div>"
        "</body></html>"
    )
    url = f"https://lang.example/chuyen-ra-dong-o-xa-ta-{1000 + number}.html"
    return SavedPage(url, html.encode(), CAPTURED)


def samples(head: str, body: str = "", number: int = 3) -> list[Sample]:
    return split_pages([page(n, head, body) for n in range(1, number + 1)]).samples


def test_each_selector_finds_its_element() -> None:
    tree = document_fromstring(
        "<div id='tin-12345'><div class='khung'><h1 class='tit css-1x2y3z fs-20'>A</h1></div></div>"
    )
    (element,) = tree.iter("h1")
    rules = selectors_of(element)
    assert rules[0] == ".tit"
    assert ".khung .tit" in rules
    assert all(element in tree.cssselect(rule) for rule in rules)
    assert not [rule for rule in rules if "12345" in rule or "1x2y3z" in rule]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (".article-title", "h1"),
        (".sapo", ".col-md-8"),
        ("#noi-dung", ".wrap #noi-dung p"),
        (".tieu-de", ".tieu-de-128"),
        (".detail-time", ".text-right"),
    ],
)
def test_meaningful_selectors_cost_less(better: str, worse: str) -> None:
    assert cost(better) < cost(worse)
    assert has_own_name(better)


def test_selectors_of_fields_hold_on_every_sample() -> None:
    head = ("<h1 class='tieu-de'>{title}</h1><span class='ngay'>1{n}/03/2025 08:0{n}</span>"
            "<p class='tac-gia'>Nguyễn Thị Lan {n}</p>")  # fmt: skip
    found = samples(head)
    assert best_selectors(found, "title")[0].rule == ".tieu-de"
    assert best_selectors(found, "published")[0].rule == ".ngay"
    assert all(choice.holds for choice in best_selectors(found, "title"))


def test_clock_in_the_header_is_not_the_date() -> None:
    head = ("<div class='header-clock'>20/03/2025 07:00</div><h1 class='tieu-de'>{title}</h1>"
            "<span class='ngay'>1{n}/03/2025 08:0{n}</span>")  # fmt: skip
    assert best_selectors(samples(head), "published")[0].rule == ".ngay"


def test_value_equal_on_all_samples_is_boilerplate() -> None:
    found = samples("<h1 class='tieu-de'>{title}</h1><p class='sapo'>Tiếng nói của xã.</p>")
    for sample in found:
        sample.generic.lead = "Tiếng nói của xã."
    assert expected_values(found, "lead") == [None, None, None]
    assert best_selectors(found, "lead") == []


def test_boxes_are_excluded_and_stressed_words_stay() -> None:
    box = ("<div class='lien-quan'><h4>Tin liên quan</h4><p>Cầu mới bắc qua sông đã thông xe "
           "từ sáng nay, người dân hai bờ đi lại dễ dàng.</p></div><p>Câu <em>được nhấn</em> ở cuối"
           " bài này thì vẫn là chữ của bài, không ai được bỏ.</p>")  # fmt: skip
    pages = [page(n, "<h1 class='tieu-de'>{title}</h1>", box) for n in (1, 2, 3)]
    found = draft(pages)
    identity = Identity("lang", "Làng", "ha-noi", "newspaper", ("lang.example",))
    proposal = found.proposal(identity, ())
    for reading in proposal.results:
        assert reading.article is not None
        text = " ".join(block.text for block in reading.article.body)
        assert "Cầu mới" not in text
        assert "được nhấn" in text


@pytest.mark.parametrize(
    "noise",
    [
        "<div class='a'>" * 200,
        "".join(f"<p class='c{n} d{n}'>Dòng {n} của một trang rất dài</p>" for n in range(1500)),
        "".join(f"<a href='/mot-bai-bao-rat-dai-{n}.html'>x</a>" for n in range(3000)),
        f"<div class='{'x ' * 5000}'>x</div>",
        "<a href='/" + "-1" * 20000 + "x'>x</a>",
        "<div class=\"a'] , * {}\" id='1 2 #'>x</div>",
    ],
    ids=["deep", "many classes", "many links", "long class", "long link", "odd names"],
)
@pytest.mark.slow
def test_hostile_page_takes_less_than_a_minute(noise: str) -> None:
    begun = time.monotonic()
    pages = [page(n, "<h1 class='tieu-de'>{title}</h1>", noise.replace("{", "{{")) for n in (1, 2)]
    found = draft([SavedPage(p.url, p.html.replace(b"{{", b"{"), p.captured_at) for p in pages])
    identity = Identity("lang", "Làng", "ha-noi", "newspaper", ("lang.example",))
    proposal = found.proposal(identity, ())
    assert len(proposal.results) == 2
    assert time.monotonic() - begun < 60
