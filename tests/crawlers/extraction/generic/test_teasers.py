"""Lists of other articles beside a text: whatever their class, heading and markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.platforms.generic import ANY_URL, generic_site
from pipelines.record.normalise import normalise
from storage.models import Article

TITLE = "Chợ phiên Nà Lốm ngày giáp Tết"
FIRST = "Chợ phiên họp từ tinh mơ."
SECOND = "Người trên núi mang xuống lợn con, gà đen, và cả những gùi lê rừng."
SURVEY = "Từ thị trấn, chỉ mất chưa đầy một giờ chạy xe là tới được ba làng nghề sau đây."
TEASERS = {
    "Mường Lai trao quà cho trẻ": "Ba trăm em nhỏ ở các điểm trường lẻ vừa nhận áo ấm, mỗi em một"
    " đôi ủng mới để đi học mùa mưa.",
    "Ra quân làm đường ở Nà Phung": "Sáng chủ nhật, cả bản mang cuốc xẻng ra đầu dốc, làm đến trưa"
    " thì thông được đoạn đường qua suối.",
    "Lễ hội xuống đồng đầu xuân": "Năm nay hội cày mở sớm hơn một tuần, trâu thi được chọn từ tám"
    " bản quanh cánh đồng lớn của xã.",
}
ITEMS = [(f"<a href=/tin/{i}>{title}</a>", text) for i, (title, text) in enumerate(TEASERS.items())]
BOXES = {
    "items": "".join(f"<div><h4>{link}</h4><p>{text}</p></div>" for link, text in ITEMS),
    "heading": "<h3>Bên lề</h3>" + "".join(f"<p>{a}</p><p>{text}</p>" for a, text in ITEMS),
    "dates": "".join(f"<div>1/5/2025<p>{a}</p><p>{text}</p></div>" for a, text in ITEMS),
    "definitions": "<dl>" + "".join(f"<dt>{a}</dt><dd>{text}</dd>" for a, text in ITEMS) + "</dl>",
    "buttons": "".join(
        f"<h4>{title}</h4><p>{text} <a href=/tin/{i}>Xem tiếp</a></p>"
        for i, (title, text) in enumerate(TEASERS.items())
    ),
}


def read(text: str, beside: str) -> Article:
    page = (
        f"<meta charset=utf-8><title>{TITLE}</title><body><table><tr><td><h1>{TITLE}</h1>"
        f"<div>12/05/2025 09:30</div><div>{text}</div></td><td>{beside}</td></tr></table>"
        "<p>Cơ quan chủ quản: Huyện ủy Mường Lai. Ghi rõ nguồn khi dùng lại tin trên trang.</p>"
    )
    site, taken = generic_site("huyenuymuonglai.vn", ANY_URL), datetime(2025, 5, 20, tzinfo=UTC)
    url = "https://huyenuymuonglai.vn/anh/cho-phien.html"
    return normalise(extract_article(page.encode(), url, site, taken, "text/html"))


@pytest.mark.parametrize("beside", BOXES.values(), ids=BOXES)
def test_teasers_beside_a_text_are_not_the_article(beside: str) -> None:
    article = read(f"<p>{FIRST}</p><p>{SECOND}</p>", beside)
    assert [block.text for block in article.body] == [FIRST, SECOND]
    with pytest.raises(UnreadablePage):
        read("", beside)


def test_linked_headings_of_the_article_s_own_paragraphs_are_text() -> None:
    sights = "".join(f"<h3>{link}</h3><p>{text}</p>" for link, text in ITEMS)
    texts = [block.text for block in read(f"<p>{SURVEY}</p>{sights}", BOXES["items"]).body]
    assert texts[0] == SURVEY
    assert set(TEASERS.values()) < set(texts)


def test_sentences_that_begin_with_a_link_are_text() -> None:
    items = "".join(f"<li>{link}: bài này kể rằng {text}</li>" for link, text in ITEMS)
    texts = [block.text for block in read(f"<ul>{items}</ul>", BOXES["items"]).body]
    assert len(texts) == len(ITEMS)
    assert all("bài này kể rằng" in text for text in texts)
