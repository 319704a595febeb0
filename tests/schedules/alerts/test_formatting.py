"""The text of alerts and digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schedules.alerts.formatting import KIND_ORDER, one_line, truncate_list
from schedules.alerts.messages import MAX_BODY_CHARS, join_events
from schedules.monitoring.undelivered_alerts import undelivered
from storage.db.connection import transaction
from storage.events.ledger import EVENT_KINDS
from storage.messages import describe, label
from storage.messages.reasons_alerts import AlertsReason
from storage.messages.reasons_gate import GateReason
from storage.messages.reasons_monitoring import MonitoringReason
from storage.reasons import Reason
from storage.runs.repository import run_ids, set_verdict
from storage.runs.verdicts import VerdictStatus

if TYPE_CHECKING:
    from tests.conftest import Watcher
    from tests.schedules.alerts.conftest import Desk

DIGEST = '[[subscription]]\nname = "m"\nto = ["env:A"]\nwhen = "digest"\n'
HOSTILE = "<script>x</script> [red] \x1b[31m\u202eđảo\x00 <!channel> @here [a](http://b)"


def test_every_kind_is_in_the_order() -> None:
    assert set(KIND_ORDER) == set(EVENT_KINDS)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n b\t c", "a b c"),
        ("đổi \x1b[31m\u202emàu\x00", "đổi [31mmàu"),
        ("x" * 200, "x" * 159 + "…"),
        (None, ""),
    ],
)
def test_page_text_is_one_short_line(text: str | None, line: str) -> None:
    assert one_line(text) == line


def test_changes_that_do_not_fit_are_counted() -> None:
    assert truncate_list(["aa", "bb", "cc"], 4, "en") == ["aa", "bb", "and 1 more place"]
    assert truncate_list(["a" * 9, "b", "c"], 4, "en") == ["a" * 9, "and 2 more places"]
    assert truncate_list(["aa"], 1, "en") == ["aa"]


def test_changed_words_with_context(desk: Desk) -> None:
    text = [f"chữ{n}" for n in range(60)]
    desk.subscribe('[[subscription]]\nname = "a"\nto = ["env:A"]\npage = "https://w.example"\n')
    desk.batch(body=(" ".join(text),))
    desk.round()
    text[30] = "KHÁC"
    desk.batch(body=(" ".join(text),))
    desk.round()
    [(_, _, body)] = desk.sent
    around = " ".join([*(f"chữ{n}" for n in range(22, 30)), "[-chữ30-] [+KHÁC+]",
                       *(f"chữ{n}" for n in range(31, 39))])  # fmt: skip
    assert f"  body: … {around} …" in body
    assert body.splitlines()[-2:] == [
        "https://laocai.vn/bai-1.html", "https://w.example/articles/1/diff?from=1&to=2",
    ]  # fmt: skip


def test_message_about_many_events_is_bounded(desk: Desk) -> None:
    desk.batch()
    events = desk.watcher.events() * 300
    text = join_events(desk.watcher.db, events, "", MAX_BODY_CHARS, "en")
    assert len(text) < MAX_BODY_CHARS + 200
    listed = text.count("new · laocai")
    assert text.endswith(f"and {300 - listed} new more: tinwatch events --since 0")


def test_message_about_a_long_edit_is_bounded(desk: Desk) -> None:
    desk.subscribe('[[subscription]]\nname = "a"\nto = ["env:A"]\n')
    desk.batch(body=tuple(f"Đoạn {n} " + "dài " * 400 for n in range(40)))
    desk.round()
    desk.batch(body=tuple(f"Khác {n} " + "hẳn " * 400 for n in range(40)), title="T" * 900)
    desk.round()
    [(_, title, body)] = desk.sent
    assert len(title) < 200
    assert len(body) < MAX_BODY_CHARS
    assert "more places" in body


def test_page_text_stays_plain_text(desk: Desk) -> None:
    desk.listen('[[subscription]]\nname = "a"\nto = ["env:A"]\n')
    desk.batch(title=HOSTILE)
    desk.round()
    [(_, title, body)] = desk.sent
    for text in (title, body):
        assert not set(text) & {"\x1b", "\u202e", "\x00"}
        assert "<!channel> @here [a](http://b)" in text
    assert "\n" not in title


def night_of_everything(desk: Desk) -> None:
    """Edits of high and low priority, a repost, new articles, and a held run."""
    desk.batch("laocai", key="1", title="Giá nước", body=("Giá mới là 875 đồng một khối nước.",))
    desk.batch("laocai", key="2", lead="Cầu.", body=("Cầu Phú Lương thông xe, xe cộ đông vui.",))
    desk.put(digests=True)
    desk.batch("laocai", key="1", title="Giá nước", body=("Giá mới là 857 đồng một khối nước.",))
    body = ("Cầu Phú Lương chưa thông xe, xe cộ đông vui.",)
    desk.batch("laocai", key="2", lead="Cầu.", body=body)
    desk.batch("cantho", key="3", title="Nạo vét", lead="Bài đầu của một cặp.")
    desk.batch("gialai", key="4", title="Nạo vét lại", lead="Bài sau của một cặp.")
    desk.batch("gialai", key="5", title="Chuyện", lead="Mới.", body=("Không ai kể bao giờ.",))


def test_digest_lists_takedowns_first_and_new_articles_last(desk: Desk) -> None:
    desk.subscribe(DIGEST + 'page = "https://w.example"\n')
    night_of_everything(desk)
    desk.round()
    assert desk.sent == []
    desk.round(digests=True)
    [(_, title, body)] = desk.sent
    assert title == "tinwatch 09/04/2025: 2 edited, 1 reposted, 2 new"
    assert body.splitlines()[0] == "2 edited, 1 reposted, 2 new (3 sites)"
    marks = ("EDITED", "[+chưa+]", "[-875-] [+857+]", "REPOSTED", "Nạo vét lại", "NEW\n", "Chuyện")
    places = [body.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "https://w.example/articles/1/diff?from=1&to=2" in body
    assert desk.round(digests=True) == []


def test_digest_contains_only_chosen_events(desk: Desk) -> None:
    desk.subscribe(DIGEST + 'sites = ["gialai"]\nkinds = ["new"]\n')
    night_of_everything(desk)
    desk.round(digests=True)
    [(_, title, body)] = desk.sent
    assert title == "tinwatch 09/04/2025: 1 new"
    assert "laocai" not in body


def hold_newest_run(watcher: Watcher) -> Reason:
    reason = Reason(GateReason.NO_LISTING_READ)
    newest = max(run_ids(watcher.db))
    with transaction(watcher.db):
        set_verdict(watcher.db, newest, VerdictStatus.HELD, reason)
    return reason


def test_problem_is_reported_until_it_is_solved(desk: Desk) -> None:
    desk.subscribe(DIGEST)
    desk.batch()
    desk.batch()
    desk.round(digests=True)
    watcher = desk.watcher
    reason = hold_newest_run(watcher)
    desk.round(digests=True)
    desk.round(digests=True)
    titles = [title for _, title, _ in desk.sent]
    assert titles == ["tinwatch 09/04/2025: nothing changed; 1 to look at"] * 2
    assert f"HEALTH\nlaocai: held, {describe(reason)}" in desk.sent[0][2]
    watcher.db.execute("UPDATE runs SET verdict = 'released'")
    watcher.db.conn.commit()
    assert desk.round(digests=True) == []


def test_given_up_message_is_reported_in_other_digests(desk: Desk) -> None:
    desk.subscribe(DIGEST + '[[subscription]]\nname = "s"\nto = ["env:S"]\nkinds = ["new"]\n')
    desk.round(digests=True)
    desk.batch()
    desk.broken["env:S"] = "no such chat"
    desk.round()
    desk.later(days=3)
    desk.round()
    desk.later(hours=1)
    desk.round(digests=True)
    [(_, _, body)] = desk.sent
    assert "tinwatch: 1 of the messages to 's' were given up: no such chat" in body


def test_undelivered_message_is_a_health_finding(desk: Desk) -> None:
    desk.listen('[[subscription]]\nname = "s"\nto = ["env:S"]\n')
    desk.batch()
    desk.broken["env:S"] = "no such chat"
    found = []
    for hours in (1, 6, 72, 24 * 8):
        desk.round()
        desk.later(hours=hours)
        found += [(f.severity, f.reason) for f in undelivered(desk.watcher.db, desk.now)]
        desk.later(minutes=1)
    error = Reason(AlertsReason.SERVICE_ANSWER, answer="no such chat")
    late = Reason(MonitoringReason.ALERTS_LATE, number=1, name="s", error=error)
    assert found == [("warning", late), ("warning", late)]


def test_empty_digest_is_sent_only_with_say_nothing(desk: Desk) -> None:
    desk.subscribe(DIGEST)
    assert desk.round(digests=True) == []
    desk.subscribe(DIGEST + "say_nothing = true\n")
    desk.round(digests=True)
    assert [title for _, title, _ in desk.sent] == ["tinwatch 09/04/2025: nothing"]


def test_alerts_and_digests_in_vietnamese(desk: Desk) -> None:
    desk.subscribe(
        '[[subscription]]\nname = "a"\nto = ["env:A"]\nlanguage = "vi"\nkinds = ["edited"]\n'
        + DIGEST
        + 'language = "vi"\n'
    )
    night_of_everything(desk)
    watcher = desk.watcher
    reason = hold_newest_run(watcher)
    desk.round()
    desk.round(digests=True)
    (_, alert, _), (_, digest, body) = desk.sent
    edited = label("event_kind", "edited", "vi").lower()
    assert edited in alert
    assert digest.startswith(f"tinwatch 09/04/2025: 2 {edited}, ")
    assert f": {label('verdict', 'held', 'vi')}, {describe(reason, 'vi')}" in body
    assert "[-875-] [+857+]" in body
    for english in ("edited", "HEALTH", "site", "priority"):
        assert english not in body.replace("--site", "")
