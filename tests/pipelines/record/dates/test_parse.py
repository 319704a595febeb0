"""Printed dates: every known format, impossible dates, and ages relative to the capture."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.record.dates.parse import BrokenDate, ParsedDate, parse_date
from storage.timezone import VIETNAM

SHARED = Path(__file__).resolve().parents[5] / "shared"
CAPTURED = datetime(2026, 3, 31, 3, 20, 5, tzinfo=UTC)  # 10:20:05 in Vietnam

READ = [
    (
        "weekday_ngay_pipe",
        "Thứ Hai, ngày 04/03/2024 | 07:15",
        "2024-03-04T07:15:00+07:00",
        "minute",
    ),
    ("nukeviet_meta", "2024-03-04+0707:15:00", "2024-03-04T07:15:00+07:00", "second"),
    ("nukeviet_meta_old_php", "2024-03-04ICT07:15:00", "2024-03-04T07:15:00+07:00", "second"),
    ("weekday_dash", "Thứ sáu - 01/09/2023 16:05", "2023-09-01T16:05:00+07:00", "minute"),
    ("weekday_digit", "Thứ 3, 02/04/2024, 09:01[GMT+7]", "2024-04-02T09:01:00+07:00", "minute"),
    ("sunday_capitals", "CHỦ NHẬT, 07/04/2024 10:11:12", "2024-04-07T10:11:12+07:00", "second"),
    ("sunday_short", "CN, 07/04/2024", "2024-04-07", "day"),
    ("time_first", "06:45 09/11/2022", "2022-11-09T06:45:00+07:00", "minute"),
    ("time_comma_date", "06:45, 09-11-2022", "2022-11-09T06:45:00+07:00", "minute"),
    ("time_ngay", "14h30 ngày 9/11/2022", "2022-11-09T14:30:00+07:00", "minute"),
    (
        "time_weekday",
        "lúc 6:45, Thứ Tư, 09/11/2022 (GMT +7)",
        "2022-11-09T06:45:00+07:00",
        "minute",
    ),
    ("date_luc", "9/11/2022 lúc 06:45", "2022-11-09T06:45:00+07:00", "minute"),
    ("dots", "9.11.2022", "2022-11-09", "day"),
    ("day_first", "03/04/2021", "2021-04-03", "day"),
    ("apostrophe", "Thứ tư, 09/11/2022 - 06:45'", "2022-11-09T06:45:00+07:00", "minute"),
    ("glued_pipe", "18:20 |09/11/2022", "2022-11-09T18:20:00+07:00", "minute"),
    ("brackets", "(09/11/2022 18:20)", "2022-11-09T18:20:00+07:00", "minute"),
    ("month_words", "ngày 9 tháng 11 năm 2022", "2022-11-09", "day"),
    ("month_word_time", "Thứ tư, 09 Tháng 11 2022 18:20", "2022-11-09T18:20:00+07:00", "minute"),
    ("month_spelled", "ngày 30 tháng Tư năm 2022", "2022-04-30", "day"),
    ("month_spelled_twelve", "1 tháng mười hai năm 2022", "2022-12-01", "day"),
    ("english", "September 2, 2023", "2023-09-02", "day"),
    ("english_short", "Sept. 2, 2023 | 08:15", "2023-09-02T08:15:00+07:00", "minute"),
    ("pm", "09/11/2022 1:02:03 PM", "2022-11-09T13:02:03+07:00", "second"),
    ("am", "09/11/2022 | 1:02 AM", "2022-11-09T01:02:00+07:00", "minute"),
    ("chieu", "09/11/2022 3:25 CH", "2022-11-09T15:25:00+07:00", "minute"),
    ("noon", "09/11/2022 12:05 CH", "2022-11-09T12:05:00+07:00", "minute"),
    ("24_hours_with_pm", "09/11/2022 15:25 PM", "2022-11-09T15:25:00+07:00", "minute"),
    ("half_past_midnight", "09/11/2022 12:30 SA", "2022-11-09T00:30:00+07:00", "minute"),
    ("midnight_am_is_no_time", "09/11/2022 12:00 AM", "2022-11-09", "day"),
    ("midnight_sa_is_no_time", "Đăng: 09/11/2022 12:00:00 SA", "2022-11-09", "day"),
    ("midnight_printed", "00:00 09/11/2022", "2022-11-09T00:00:00+07:00", "minute"),
    ("noon_before", "09/11/2022 11:20 trưa", "2022-11-09T11:20:00+07:00", "minute"),
    ("noon_after", "09/11/2022 1:20 trưa", "2022-11-09T13:20:00+07:00", "minute"),
    ("night", "09/11/2022 11:20 đêm", "2022-11-09T23:20:00+07:00", "minute"),
    ("after_midnight", "1h20 đêm 09/11/2022", "2022-11-09T01:20:00+07:00", "minute"),
    ("pm_spaced", "09/11/2022 2:20 P. M.", "2022-11-09T14:20:00+07:00", "minute"),
    ("hour_only", "9h ngày 09/11/2022", "2022-11-09T09:00:00+07:00", "minute"),
    ("hour_word", "lúc 8 giờ, 09/11/2022", "2022-11-09T08:00:00+07:00", "minute"),
    ("hour_after", "09/11/2022 lúc 8 giờ tối", "2022-11-09T20:00:00+07:00", "minute"),
    ("minutes_word", "7 giờ 30 phút ngày 9/11/2022", "2022-11-09T07:30:00+07:00", "minute"),
    ("one_minute_digit", "9/11/2022, 7 giờ 5 phút", "2022-11-09T07:05:00+07:00", "minute"),
    ("news_of_24_hours", "Tin 24h - 09/11/2022", "2022-11-09", "day"),
    ("utc", "09/11/2022 - 06:45 UTC", "2022-11-09T13:45:00+07:00", "minute"),
    ("utc_before", "20:45 UTC, 08/11/2022", "2022-11-09T03:45:00+07:00", "minute"),
    ("other_zone", "09/11/2022 06:45 (GMT+9)", "2022-11-09T04:45:00+07:00", "minute"),
    ("month_first", "Tháng Mười Một 9, 2022 6:45 chiều", "2022-11-09T18:45:00+07:00", "minute"),
    ("short_month", "9 Th11, 2022", "2022-11-09", "day"),
    ("counter", "09/11/2022 | 4711", "2022-11-09", "day"),
    ("counter_colon", "06:45 09-11-2022 | :4711", "2022-11-09T06:45:00+07:00", "minute"),
    ("counters", "09/11/2022 06:45 4.711 2", "2022-11-09T06:45:00+07:00", "minute"),
    ("viewed", "Ngày đăng: 9/11/2022 - Xem: 47", "2022-11-09", "day"),
    ("glued_text", "09/11/2022Mở đầu", "2022-11-09", "day"),
    (
        "section_before",
        "Kinh tế - Ngày đăng : 06:45, 09/11/2022",
        "2022-11-09T06:45:00+07:00",
        "minute",
    ),
    (
        "the_one_with_a_time",
        "Họp ngày 08/11/2022. (09/11/2022, 06:45)",
        "2022-11-09T06:45:00+07:00",
        "minute",
    ),
    ("iso_zone", "2022-11-09T06:45:10+0700", "2022-11-09T06:45:10+07:00", "second"),
    ("iso_utc", "2022-11-09T20:45:10Z", "2022-11-10T03:45:10+07:00", "second"),
    ("iso_fraction", "2022-11-09T06:45:10.123+07:00", "2022-11-09T06:45:10+07:00", "second"),
    ("iso_naive", "2022-11-09 06:45", "2022-11-09T06:45:00+07:00", "minute"),
    ("iso_date", "2022-11-09", "2022-11-09", "day"),
    ("iso_midnight_is_no_time", "2022-11-09T00:00:00+07:00", "2022-11-09", "day"),
    ("rfc_822", "Wed, 09 Nov 2022 06:45:10 GMT", "2022-11-09T13:45:10+07:00", "second"),
    ("only_dateparser_knows", "09 11 2022", "2022-11-09", "day"),
    ("nbsp", "09/11/2022\u00a006:45", "2022-11-09T06:45:00+07:00", "minute"),
]

NOTHING = [
    "",
    "Xem tiếp",
    "Ngày 8-1",
    "nhiệm kỳ 2021-2026",
    "tháng 9/2023",
    "Kỷ niệm 60 năm thành lập xã",
    "Nghị quyết số 12 năm 2024",
    "12:30",
    "Điện thoại: 02943 111 222",
]

BROKEN = [
    ("unknown_zone", "09/11/2022 06:45 EST"),
    ("unknown_clock", "09/11/2022 6.45"),
    ("part_of_the_day_alone", "09/11/2022 chiều"),
    ("no_such_day", "31/02/2022"),
    ("no_such_month", "09/13/2022"),
    ("no_such_hour", "25:10 09/11/2022"),
    ("future", "03/04/2026"),
    ("too_old", "01/01/1988"),
    ("age_too_long", "90 năm trước"),
    ("age_before_the_calendar", "9999 năm trước"),
]

AGES = [
    ("5 giờ trước", "2026-03-31T05:20:05+07:00", "hour"),
    ("Cách đây 12 phút trước", "2026-03-31T10:08:05+07:00", "minute"),
    ("40 ngày", "2026-02-19", "day"),
    ("3 tuần trước", "2026-03-10", "day"),
    ("một tháng trước", "2026-02-28", "month"),
    ("hai năm trước", "2024-03-31", "year"),
    ("Hôm qua, 14:30", "2026-03-30T14:30:00+07:00", "minute"),
    ("hôm nay", "2026-03-31", "day"),
    ("chiều qua", "2026-03-30", "day"),
    ("Vừa xong", "2026-03-31T10:20:05+07:00", "minute"),
    ("hôm qua lúc 2:30 chiều", "2026-03-30T14:30:00+07:00", "minute"),
    ("Hôm qua 7 giờ sáng", "2026-03-30T07:00:00+07:00", "minute"),
    ("1 giờ 20 phút trước", "2026-03-31T09:00:05+07:00", "minute"),
    ("cách đây 3 giờ", "2026-03-31T07:20:05+07:00", "hour"),
    ("Thứ Năm tuần trước", "2026-03-26", "day"),
]


def parsed(printed: str) -> ParsedDate:
    found = parse_date(printed, CAPTURED)
    assert found is not None, printed
    return found


@pytest.mark.parametrize(
    ("printed", "value", "precision"), [c[1:] for c in READ], ids=[c[0] for c in READ]
)
def test_printed_dates(printed: str, value: str, precision: str) -> None:
    found = parsed(printed)
    assert (found.value, found.precision) == (value, precision)
    assert found.time_known == ("T" in value)
    assert not found.relative
    assert not found.weekday_mismatch


@pytest.mark.parametrize("printed", NOTHING)
def test_text_without_a_date(printed: str) -> None:
    assert parse_date(printed, CAPTURED) is None


@pytest.mark.parametrize("printed", [c[1] for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_impossible_dates_are_broken(printed: str) -> None:
    with pytest.raises(BrokenDate):
        parse_date(printed, CAPTURED)


@pytest.mark.parametrize(("printed", "value", "precision"), AGES)
def test_ages_count_back_from_the_capture(printed: str, value: str, precision: str) -> None:
    found = parsed(printed)
    assert (found.value, found.precision, found.relative) == (value, precision, True)


def test_one_day_of_clock_skew_is_allowed() -> None:
    assert parsed("01/04/2026 10:20").value == "2026-04-01T10:20:00+07:00"
    with pytest.raises(BrokenDate):
        parsed("01/04/2026 10:21")


def test_updated_label_is_recognised() -> None:
    assert parsed("Cập nhật lúc: 09:30 |09/11/2022").updated
    assert not parsed("Ngày đăng: 09/11/2022").updated


def test_wrong_weekday_is_flagged_and_the_date_kept() -> None:
    found = parsed("Thứ Năm, 09/11/2022")
    assert found.weekday_mismatch
    assert found.value == "2022-11-09"


def test_printed_string_is_kept() -> None:
    assert parsed(" 09/11/2022  06:45 ").as_printed == "09/11/2022  06:45"


def test_naive_capture_time_is_utc() -> None:
    found = parse_date("1 giờ trước", CAPTURED.replace(tzinfo=None))
    assert found is not None
    assert found.value == "2026-03-31T09:20:05+07:00"


@given(st.text())
def test_any_text_is_parsed_or_broken(text: str) -> None:
    with suppress(BrokenDate):
        parse_date(text, CAPTURED)


SHAPED = "0123456789 /-.:,|()ThứHaiBaTưngàythángnămSACHPM+ZTtrước"


@given(st.text(alphabet=SHAPED, max_size=40))
def test_any_text_like_a_date_is_parsed_or_broken(text: str) -> None:
    with suppress(BrokenDate):
        parse_date(text, CAPTURED)


FORMATS = [
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y - %H:%M",
    "%d/%m/%Y | %I:%M %p",
    "%H:%M %d-%m-%Y",
    "%H:%M, %d.%m.%Y",
    "ngày %d tháng %m năm %Y, %H:%M",
    "%Y-%m-%dT%H:%M+0700",
    "Cập nhật: %H:%M, %d/%m/%Y (GMT+7) Xem: 12",
]


@pytest.mark.parametrize("shape", FORMATS)
@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2026, 3, 30)))
def test_every_format_round_trips(shape: str, at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    found = parsed(at.strftime(shape))
    day_only = "%p" in shape and (at.hour, at.minute) == (0, 0)
    expected = at.date().isoformat() if day_only else at.replace(tzinfo=VIETNAM).isoformat()
    assert found.value == expected


@given(st.timedeltas(timedelta(0), timedelta(hours=72)))
def test_age_is_relative_to_the_capture(later: timedelta) -> None:
    later = timedelta(seconds=int(later.total_seconds()))
    found = parse_date("2 giờ trước", CAPTURED + later)
    assert found is not None
    assert datetime.fromisoformat(found.value) == CAPTURED + later - timedelta(hours=2)


def test_date_vectors() -> None:
    path = SHARED / "domain" / "date_vectors.json"
    if not path.exists():
        pytest.skip("the date vectors are not available")
    rows = json.loads(path.read_text(encoding="utf-8"))["date_vectors"]
    wrong = []
    for row in rows:
        if row["role"] in ("masthead_clock", "relative"):
            continue
        found = parse_date(row["raw"], CAPTURED)
        got = (found.value, found.precision) if found else None
        if got != (row["expected_iso"], row["precision"]):
            wrong.append((row["raw"], got))
    assert not wrong


def test_relative_date_vectors() -> None:
    path = SHARED / "domain" / "date_vectors.json"
    if not path.exists():
        pytest.skip("the date vectors are not available")
    rows = json.loads(path.read_text(encoding="utf-8"))["date_vectors"]
    printed = [row["raw"] for row in rows if row["role"] == "relative"]
    assert printed
    assert all(parsed(text).relative for text in printed)


def test_dates_of_gold_pages() -> None:
    path = SHARED / "captures" / "gold.jsonl"
    if not path.exists():
        pytest.skip("the gold pages are not available")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("published_printed") and row.get("time_known", True):
            found = parsed(row["published_printed"])
            assert found.value[:16] == row["published_iso"][:16]
