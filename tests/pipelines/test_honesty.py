"""Whose 304 is believed, and how soon a lie is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.honesty import (
    LEAST_AUDITED,
    WHOLE_EACH,
    asked_with,
    audit,
    audit_listed,
    is_spared,
    is_trusted,
    is_whole,
    probe,
    says_changed,
    would_say_unchanged,
)
from storage.lastmods import Lastmod
from storage.validators import Audits, Validated, Validators

START = datetime(2025, 3, 1, tzinfo=UTC)


def dated(hours: int) -> str:
    return format_datetime(START + timedelta(hours=hours), usegmt=True)


@pytest.mark.parametrize(
    ("audited", "lied_lately", "trusted"),
    [
        (0, False, False),
        (LEAST_AUDITED - 1, False, False),
        (LEAST_AUDITED, False, True),
        (LEAST_AUDITED, True, False),
        (10 * LEAST_AUDITED, True, False),
    ],
)
def test_trust(audited: int, lied_lately: bool, trusted: bool) -> None:
    assert is_trusted(Audits(audited, lied_lately)) is trusted


@pytest.mark.parametrize(
    ("kept", "sent", "unchanged"),
    [
        (Validators('"a"'), Validators('"a"'), True),
        (Validators('"a"'), Validators('W/"a"'), True),
        (Validators('"a"'), Validators('"b"'), False),
        (Validators('"a"', dated(0)), Validators('"b"', dated(0)), False),
        (Validators('"a"', dated(0)), Validators(None, dated(0)), False),
        (Validators(None, dated(1)), Validators(None, dated(1)), True),
        (Validators(None, dated(1)), Validators(None, dated(0)), True),
        (Validators(None, dated(1)), Validators(None, dated(2)), False),
        (Validators(None, "yesterday"), Validators(None, "yesterday"), False),
        (Validators(), Validators(), False),
    ],
)
def test_what_would_be_answered(kept: Validators, sent: Validators, unchanged: bool) -> None:
    assert would_say_unchanged(kept, sent) is unchanged


@pytest.mark.parametrize(
    ("kept", "sent", "changed"),
    [
        (Validators('"a"'), Validators('"b"'), True),
        (Validators('"a"'), Validators('W/"a"'), False),
        (Validators('"a"', dated(0)), Validators(None, dated(1)), False),
        (Validators(None, dated(0)), Validators('"b"', dated(1)), True),
        (Validators(None, dated(1)), Validators(None, dated(1)), False),
        (Validators(), Validators('"b"', dated(1)), False),
    ],
)
def test_what_says_that_a_page_changed(kept: Validators, sent: Validators, changed: bool) -> None:
    assert says_changed(kept, sent) is changed


def test_a_probe() -> None:
    """A 304 that came to outdated validators lies, unless the text is the same."""
    before = Validated(Validators('"a"'), "s1", "f1", "rules 1")
    assert probe(before, Validated(Validators('"b"'), "s2", "f2", "rules 1")) is False
    assert probe(before, Validated(Validators('"b"'), "s2", "f1", "rules 1")) is None
    assert probe(before, Validated(Validators('"b"'), "s2", "f2", "rules 2")) is None
    assert probe(before, None) is None


@pytest.mark.parametrize(
    ("kept", "page", "told"),
    [
        (None, Lastmod("d1", "f1", "r1"), (None, False)),
        (Lastmod("d1", "f1", "r1"), Lastmod("d1", "f1", "r1"), (True, False)),
        (Lastmod("d1", "f1", "r1"), Lastmod("d1", "f2", "r1"), (None, True)),
        (Lastmod("d1", "f1", "r1"), Lastmod("d1", "f2", "r2"), (None, False)),
        (Lastmod("d1", "f1", "r1"), Lastmod("d2", "f2", "r1"), (None, False)),
        (Lastmod("d1", "f2", "r1", doubted=True), Lastmod("d1", "f2", "r1"), (False, False)),
        (Lastmod("d1", "f2", "r1", doubted=True), Lastmod("d2", "f2", "r1"), (None, False)),
    ],
)
def test_an_audit_of_a_sitemap(
    kept: Lastmod | None, page: Lastmod, told: tuple[bool | None, bool]
) -> None:
    assert audit_listed(kept, page) == told


def test_what_a_sitemap_spares_is_checked_at_the_fifth_time_at_the_latest() -> None:
    day, urls = timedelta(days=1), [f"https://bao.example/bai{n}.html" for n in range(1000)]
    spared = [is_spared(url, "2025-03-01", day, day) for url in urls]
    assert 850 <= sum(spared) <= 950
    assert not any(is_spared(url, "2025-03-01", WHOLE_EACH * day, day) for url in urls)


sent_texts = st.one_of(st.none(), st.text(max_size=30))


@given(sent_texts, sent_texts)
def test_what_can_be_asked_with_is_what_is_audited(etag: str | None, date: str | None) -> None:
    kept = Validators(etag, date)
    assert (asked_with(kept) is not None) == would_say_unchanged(kept, kept)


def test_an_audit() -> None:
    kept = Validated(Validators('"a"'), "s1", "f1", "rules 1")
    assert audit(kept, Validated(Validators('"a"'), "s2", "f1", "rules 1")) is True
    assert audit(kept, Validated(Validators('"a"'), "s2", "f2", "rules 1")) is False
    assert audit(kept, Validated(Validators('"b"'), "s2", "f2", "rules 1")) is None
    assert audit(kept, Validated(Validators('"a"'), "s2", "f2", "rules 2")) is None
    assert audit(None, kept) is None


@given(st.text(max_size=60), st.lists(st.text(max_size=20), min_size=30, max_size=60))
def test_every_article_is_read_whole_at_the_latest_each_so_many_checks(
    url: str, nights: list[str]
) -> None:
    unread = 0
    for night in nights:
        whole = is_whole(url, night, unread)
        assert is_whole(url, night, unread) is whole
        unread = 0 if whole else unread + 1
        assert unread < WHOLE_EACH


def test_a_tenth_is_drawn_by_lot() -> None:
    drawn = sum(is_whole(f"https://bao.example/bai{n}.html", "dem 1", 0) for n in range(5000))
    assert 400 <= drawn <= 600
