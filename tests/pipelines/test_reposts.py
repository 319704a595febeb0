"""Which articles become reposts, and of which original."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
OWN = (
    "Bản Nậm Khắt có mười chín nóc nhà, bốn phía là rừng vầu; muốn ra chợ phiên bà con phải dậy "
    "từ lúc gà chưa gáy và đi bộ qua hai con dốc dài.",
    "Cô giáo Vàng Thị Mỷ xin ở lại thêm một năm học nữa, vì lớp mẫu giáo ghép vừa đông lên và "
    "chưa ai quen tiếng nói của các em bằng cô.",
    "Vườn lê của gia đình cụ Sùng trổ hoa muộn hơn mọi năm, song thương lái dưới thị xã đã lên "
    "đặt cọc từ khi cành còn trơ trụi giữa sương muối.",
    "Trạm y tế xã mới được cấp một chiếc tủ lạnh chạy bằng pin mặt trời, nhờ vậy vắc-xin không "
    "còn phải gùi lên trong thùng đá như các năm trước.",
    "Đội văn nghệ của phụ nữ tập múa sạp ngay trên sân kho hợp tác, tiếng cười vang tới tận bờ "
    "suối, lũ trẻ bỏ cả chăn trâu để chạy về xem.",
    "Khi mặt trời khuất sau núi, những chiếc xe máy chở đầy măng tươi nối đuôi nhau xuống dốc, "
    "ánh đèn loang loáng trên mặt đường còn ướt.",
)


def add_article(watcher: Watcher, site: str, at: datetime, **fields: Any) -> str:
    """Publish a new article of a site; return the kind of its event."""
    watcher.batch(watcher.read(site=site, key=site, at=at, **fields), site=site, at=at)
    return watcher.events()[-1].kind


def test_article_with_the_later_date_is_the_repost(watcher: Watcher, day: Day, text: Any) -> None:
    assert add_article(watcher, "alpha", day(0)) == "new"
    again = add_article(
        watcher, "beta", day(1), title="Tựa của báo bạn", published="08/04/2025", body=text[:3]
    )
    event = watcher.events()[-1]
    assert again == "reposted"
    assert event.summary == "Tựa của báo bạn (from alpha: https://alpha.vn/bai-alpha.html)"
    assert event.detail == {
        "original_article": 1, "original_site": "alpha",
        "original_url": "https://alpha.vn/bai-alpha.html", "story": 1,
    }  # fmt: skip


def test_article_with_the_earlier_date_found_later_is_the_original(
    watcher: Watcher, day: Day
) -> None:
    add_article(watcher, "alpha", day(0), published="09/04/2025")
    assert add_article(watcher, "beta", day(1), published="07/04/2025") == "new"


@pytest.mark.parametrize(
    "source", ["Theo Báo Suối Vàng", "Theo https://alpha.vn", "Nguồn: alpha.vn"]
)
def test_printed_source_overrides_the_date(watcher: Watcher, day: Day, source: str) -> None:
    watcher.add_site("alpha", "Báo Suối Vàng")
    watcher.batch(watcher.read(key="1", published="09/04/2025"), title="Báo Suối Vàng", at=day(0))
    assert add_article(watcher, "beta", day(1), published="01/04/2025", source=source) == "reposted"


def test_late_original_makes_the_published_article_a_repost(watcher: Watcher, day: Day) -> None:
    watcher.add_site("beta", "Báo Bình Minh")
    add_article(watcher, "alpha", day(0), published="01/04/2025", source="Theo Báo Bình Minh")
    watcher.batch(
        watcher.read(site="beta", key="2", at=day(1), published="09/04/2025"),
        site="beta", title="Báo Bình Minh", at=day(1),
    )  # fmt: skip
    late, new = watcher.events()[1:]
    assert (late.kind, late.site, late.detail["original_site"]) == ("reposted", "alpha", "beta")
    assert late.detail["told_late"]
    assert new.kind == "new"


def test_on_the_same_day_the_article_seen_first_is_the_original(watcher: Watcher, day: Day) -> None:
    assert add_article(watcher, "alpha", day(0)) == "new"
    assert add_article(watcher, "beta", day(0.2)) == "reposted"


def test_site_does_not_repost_itself(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read(key="1"))
    watcher.batch(watcher.read(key="2", at=day(1), published="08/04/2025"), at=day(1))
    assert watcher.kinds() == ["new", "new"]


def test_one_common_paragraph_is_no_repost(watcher: Watcher, day: Day, text: Any) -> None:
    add_article(watcher, "alpha", day(0), lead=None)
    body = [text[0], *OWN[:1]]
    assert (
        add_article(watcher, "beta", day(1), published="08/04/2025", lead=None, body=body) == "new"
    )


def test_paragraphs_of_many_texts_are_stock_phrases(watcher: Watcher, day: Day, text: Any) -> None:
    """The first two look like partial reprints of one text; the sixth shows what they are."""
    words = sorted({word for paragraph in OWN for word in paragraph.split()})
    for number in range(6):
        own = [" ".join(Random(f"{number}{n}").sample(words, 30)) + "." for n in range(4)]
        kind = add_article(watcher, f"site{number}", day(number), lead=None, body=[*own, *text[:2]])
    assert kind == "new"
    assert watcher.db.execute("SELECT count(*) FROM story_members").fetchone() == (0,)


def test_common_short_paragraphs_are_no_repost(watcher: Watcher, day: Day) -> None:
    short = ["Ảnh tư liệu của bản.", "Mời bạn đọc theo dõi.", "Ban biên tập trân trọng."]
    add_article(watcher, "alpha", day(0), body=[*short, OWN[0]])
    body = [*short, OWN[1]]
    assert add_article(watcher, "beta", day(1), published="08/04/2025", body=body) == "new"


def test_reprint_without_lead_in_another_encoding_is_found(
    watcher: Watcher, day: Day, text: Any
) -> None:
    add_article(watcher, "alpha", day(0), body=[*text, *OWN[:2]])
    body = [p.replace("“", '"').replace("”", '"') for p in (*text[1:], *OWN[:2])]
    fields = {"published": "08/04/2025", "lead": None, "byline": None, "title": "Khác"}
    assert add_article(watcher, "beta", day(1), body=body, **fields) == "reposted"


def test_original_is_the_article_with_the_largest_overlap(
    watcher: Watcher, day: Day, text: Any
) -> None:
    add_article(watcher, "alpha", day(0), body=[*text[:2], *OWN[:1]])
    add_article(watcher, "beta", day(0), body=OWN[1:5], published="06/04/2025")
    body = [*text[:2], *OWN[1:5]]
    assert add_article(watcher, "gamma", day(1), body=body, published="08/04/2025") == "reposted"
    assert watcher.events()[-1].detail["original_site"] == "beta"


def test_stored_repost_is_not_reported_again(watcher: Watcher, day: Day) -> None:
    add_article(watcher, "alpha", day(0))
    add_article(watcher, "beta", day(1), published="08/04/2025")
    watcher.batch(
        watcher.read(site="beta", key="beta", at=day(2), published="08/04/2025"),
        site="beta", at=day(2),
    )  # fmt: skip
    assert watcher.kinds() == ["new", "reposted"]


def test_repost_of_a_held_run_is_published_later(watcher: Watcher, day: Day) -> None:
    add_article(watcher, "alpha", day(0))
    watcher.batch(
        watcher.read(site="beta", key="beta", at=day(1), published="08/04/2025"),
        site="beta", at=day(1), stats={"listings": 0},
    )  # fmt: skip
    assert watcher.kinds() == ["new"]
    watcher.batch(site="beta", at=day(2))
    assert watcher.kinds() == ["new", "reposted"]
