"""Raw article to record: each field is a value, absent or broken."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.record.normalise import OPTIONAL_FIELDS, REQUIRED_FIELDS, normalise
from storage.messages.reasons_warnings import WarningCode
from storage.models import Author, Block, Source

if TYPE_CHECKING:
    from pipelines.record.raw_article import RawArticle

Pages = Callable[..., "RawArticle"]


def test_every_field_of_a_page_is_normalised(page: Pages) -> None:
    article = normalise(
        page(
            title="  Suối\u00a0Vàng\nvào vụ ", lead="(SV) - Bà con ra đồng.", tags=["lúa ", "ngô"],
            section="Xã hội", captions=["Mương mới. Ảnh: Minh Lý"], images=["https://a.vn/1.jpg"],
            updated="08/04/2025", rules={"title": "site"},
        )
    )  # fmt: skip
    assert (article.title, article.title_folded) == ("Suối Vàng vào vụ", "suoi vang vao vu")
    assert article.lead == "Bà con ra đồng."
    assert article.dateline
    assert article.published == "2025-04-07T08:15:00+07:00"
    assert (article.published_as_printed, article.time_known) == ("07/04/2025 08:15", True)
    assert (article.updated, article.updated_as_printed) == ("2025-04-08", "08/04/2025")
    assert article.authors == (Author("Hà Thu", "person", ("text",)),)
    assert article.byline_as_printed == "Hà Thu"
    assert article.captions[0].photographer == "Minh Lý"
    assert (article.section, article.tags) == ("Xã hội", ("lúa", "ngô"))
    assert article.images == ("https://a.vn/1.jpg",)
    assert article.fields["title"].rule == "site"
    assert article.warnings == ()


def test_text_becomes_nfc_and_empty_blocks_are_removed(page: Pages) -> None:
    page_ = page(body=[unicodedata.normalize("NFD", "Mương nước"), " \u200b ", "Đoạn hai"])
    page_.blocks[2] = Block("quote", "Đoạn hai")
    assert normalise(page_).body == (Block("paragraph", "Mương nước"), Block("quote", "Đoạn hai"))


MISSING: list[tuple[dict[str, Any], str, str]] = [
    ({}, "title", "value"),
    ({"title": None}, "title", "broken"),
    ({"published": None}, "published", "broken"),
    ({"published": "hôm nào đó"}, "published", "broken"),
    ({"published": "07/04/2031"}, "published", "broken"),
    ({"published": None, "absent": frozenset({"published"})}, "published", "absent"),
    ({"body": []}, "body", "broken"),
    ({"lead": None}, "lead", "absent"),
    ({"byline": None}, "byline", "absent"),
    ({"source": "Theo TTXVN"}, "source", "value"),
    ({"tags": []}, "tags", "absent"),
]


@pytest.mark.parametrize(("stated", "field", "state"), MISSING)
def test_state_of_a_field(page: Pages, stated: dict[str, Any], field: str, state: str) -> None:
    article = normalise(page(**stated))
    assert article.fields[field].state == state
    assert set(article.fields) == {*REQUIRED_FIELDS, *OPTIONAL_FIELDS}


@pytest.mark.parametrize("printed", ["07/04/2031", "31/02/2025", "05/03/1890"])
def test_impossible_date_is_broken_with_a_warning(page: Pages, printed: str) -> None:
    article = normalise(page(published=printed))
    assert article.published is None
    assert article.published_as_printed == printed
    assert article.fields["published"].state == "broken"
    (warning,) = article.warnings
    assert warning.code == WarningCode.DATE_BROKEN
    assert warning.params["field"] == "published"


STAMPS = [
    ("07/04/2025", "2025-04-07T08:15:00+07:00", "2025-04-07T08:15:00+07:00", False),
    ("07/04/2025 08:15", "2025-04-07T08:15:42+07:00", "2025-04-07T08:15:42+07:00", False),
    ("07/04/2025 08:15", "2025-04-01T01:00:00+07:00", "2025-04-07T08:15:00+07:00", True),
    ("07/04/2025 08:15", "2025-04-07", "2025-04-07T08:15:00+07:00", False),
    (None, "2025-04-07T08:15:00+07:00", "2025-04-07T08:15:00+07:00", False),
    ("07/04/2025", "rubbish", "2025-04-07", False),
]


@pytest.mark.parametrize(("printed", "stamp", "expected", "warned"), STAMPS)
def test_machine_readable_date_only_adds_precision(
    page: Pages, printed: str | None, stamp: str, expected: str, warned: bool
) -> None:
    article = normalise(page(published=printed, published_stamp=stamp))
    assert article.published == expected
    codes = [warning.code for warning in article.warnings]
    assert (WarningCode.PUBLISHED_DIFFERS_FROM_MARKUP in codes) is warned


def test_relative_time_counts_back_from_the_capture(page: Pages) -> None:
    for day in (7, 22):
        captured_at = datetime(2025, 4, day, 3, 0, tzinfo=UTC)
        article = normalise(page(published="5 giờ trước", captured_at=captured_at))
        assert (article.published or "").startswith(f"2025-04-{day:02}T05:00")


def test_initials_behind_a_source_are_of_the_author(page: Pages) -> None:
    article = normalise(page(byline=None, source="Nguồn: http://www.suoivang.example.vn-HT"))
    assert article.authors == (Author("HT", "person", ("compilation",)),)
    assert article.source == Source("suoivang.example.vn", "http://www.suoivang.example.vn")


def test_source_in_an_unknown_form_is_kept_as_printed(page: Pages) -> None:
    article = normalise(page(source="Ban Tuyên giáo huyện"))
    assert article.source is not None
    assert "Ban Tuyên giáo huyện" in article.source.name
    assert normalise(page(source="Theo TTXVN")).source == Source("TTXVN")


def test_normalise_is_deterministic(page: Pages) -> None:
    assert normalise(page()) == normalise(page())
