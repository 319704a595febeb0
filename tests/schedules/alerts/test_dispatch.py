"""No event is lost or sent twice, whatever services and processes do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from schedules.alerts.delivery import DeliveryResult
from schedules.alerts.dispatch import plan_message, queue_alerts, retry_delay, send_due
from storage.events.alert_outbox import cursor_of, given_up, last_sent, waiting
from storage.messages.reasons_alerts import AlertsReason
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.schedules.alerts.conftest import Desk

AT_ONCE = '[[subscription]]\nname = "a"\nto = ["env:A"]\n'
OTHER = '[[subscription]]\nname = "b"\nto = ["env:B"]\n'
TWO = '[[subscription]]\nname = "a"\nto = ["env:A", "env:B"]\n'


class Killed(BaseException):
    """Stands for the death of the process."""


def test_new_subscription_reports_only_later_events(desk: Desk) -> None:
    desk.batch(title="Cũ")
    desk.subscribe(AT_ONCE)
    assert desk.round() == []
    desk.batch(title="Mới")
    desk.round()
    [(address, title, body)] = desk.sent
    assert address == "env:A"
    assert title == "edited · laocai · Mới"
    assert "[-Cũ-] [+Mới+]" in body
    assert "tinwatch diff 1 1 2" in body
    assert "https://laocai.vn/bai-1.html" in body
    desk.round()
    assert len(desk.sent) == 1


def test_events_of_a_round_are_one_message(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    for number in range(3):
        desk.batch(key=str(number), title=f"Bài số {number}", body=(f"Đoạn văn riêng {number}.",))
    desk.round()
    desk.batch(key="9", title="Bài sau", body=("Một đoạn khác hẳn.",))
    desk.round()
    (_, first, sent), (_, second, _) = desk.sent
    assert first == "tinwatch: 3 new"
    assert all(f"Bài số {number}" in sent for number in range(3))
    assert second == "new · laocai · Bài sau"


def test_unchosen_events_are_not_sent_later(desk: Desk) -> None:
    desk.listen(AT_ONCE + 'kinds = ["removed"]\n')
    desk.batch()
    desk.round()
    desk.listen(AT_ONCE)
    assert desk.sent == []


@pytest.mark.parametrize(
    ("words", "sent"), [("kênh mương", 0), ('"nạo vét mương"', 1), ("lead:dòng", 1)]
)
def test_subscription_with_a_query(desk: Desk, words: str, sent: int) -> None:
    desk.listen(AT_ONCE + f"words = '{words}'\n")
    desk.batch()
    desk.round()
    assert len(desk.sent) == sent


def test_one_message_at_the_end_of_quiet_hours(desk: Desk) -> None:
    desk.listen(AT_ONCE + 'quiet = "22:00-06:00"\n')
    desk.now = datetime(2025, 4, 9, 23, 0, tzinfo=UTC) - timedelta(hours=7)
    desk.batch(title="Đêm")
    desk.round()
    desk.later(hours=4)
    desk.batch(title="Khuya")
    desk.round()
    assert desk.asked == []
    desk.later(hours=2, minutes=59)
    desk.round()
    assert desk.asked == []
    desk.later(minutes=1)
    desk.round()
    [(_, title, body)] = desk.sent
    assert title == "tinwatch: 1 edited, 1 new"
    assert "Khuya" in body


def test_a_retry_waits_for_the_end_of_quiet_hours(desk: Desk) -> None:
    desk.subscribe(AT_ONCE + 'quiet = "12:00-13:00"\n')
    desk.now -= timedelta(minutes=2)
    desk.round()
    desk.batch()
    desk.broken["env:A"] = "refused"
    desk.round()
    desk.broken.clear()
    desk.later(minutes=30)
    desk.round()
    assert desk.sent == []
    desk.later(minutes=60)
    desk.round()
    assert len(desk.sent) == 1


def test_retry_delays() -> None:
    minutes = [retry_delay(tries).total_seconds() / 60 for tries in range(1, 8)]
    assert minutes == [1, 5, 30, 120, 360, 360, 360]


def test_failed_delivery_is_retried_until_it_arrives(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    desk.batch()
    desk.broken["env:A"] = "error 500"
    [failed] = desk.round()
    error = Reason(AlertsReason.SERVICE_ANSWER, answer="error 500")
    assert (failed.result.reason, failed.given_up) == (error, False)
    for wait in (1, 5, 30, 120):
        desk.later(minutes=wait, seconds=-1)
        assert desk.round() == []
        desk.later(seconds=1)
        assert len(desk.round()) == 1
    assert desk.asked == ["env:A"] * 5
    [message] = waiting(desk.watcher.db)
    assert (message.tries, message.last_error) == (5, error.to_json())
    desk.broken.clear()
    desk.later(hours=6)
    desk.round()
    desk.later(days=9)
    desk.round()
    assert len(desk.sent) == 1
    assert waiting(desk.watcher.db) == []


def test_message_is_given_up_after_three_days(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    desk.batch()
    desk.broken["env:A"] = "error 500"
    start = desk.now
    while not any(done.given_up for done in desk.round()):
        desk.later(minutes=5)
        assert desk.now - start < timedelta(days=4)
    assert timedelta(days=3) <= desk.now - start <= timedelta(days=3, hours=6, minutes=5)
    [message] = given_up(desk.watcher.db, start)
    error = Reason(AlertsReason.SERVICE_ANSWER, answer="error 500")
    assert message.last_error == error.to_json()
    assert message.tries == len(desk.asked)
    desk.broken.clear()
    desk.later(days=1)
    assert desk.round() == []


def test_failing_target_delays_no_other(desk: Desk) -> None:
    desk.listen(TWO + OTHER)
    desk.batch()
    desk.broken["env:A"] = "timeout"
    desk.round()
    assert [address for address, *_ in desk.sent] == ["env:B", "env:B"]
    desk.later(minutes=5)
    desk.broken.clear()
    desk.round()
    assert [address for address, *_ in desk.sent] == ["env:B", "env:B", "env:A"]


def test_failing_target_is_tried_once_a_round(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    desk.broken["env:A"] = "timeout"
    for number in range(4):
        desk.batch(title=f"Tên {number}")
        desk.put()
    assert len(desk.send()) == 1
    desk.broken.clear()
    desk.later(minutes=5)
    desk.send()
    assert len(desk.sent) == 4


@pytest.mark.parametrize("arrives", [True, False])
def test_process_dies_while_sending(desk: Desk, *, arrives: bool) -> None:
    """The message may have arrived: it is sent once more, never a third time."""
    desk.listen(AT_ONCE)
    desk.batch()
    desk.put()

    def dying(address: str, title: str, body: str) -> DeliveryResult:
        if arrives:
            desk.deliver(address, title, body)
        raise Killed

    with pytest.raises(Killed):
        send_due(desk.watcher.db, desk.subscriptions, lambda: desk.now, dying)
    [(since,)] = desk.watcher.db.execute("SELECT sending_since FROM alert_messages").fetchall()
    assert since is not None
    desk.later(minutes=5)
    desk.round()
    assert len(desk.sent) == (2 if arrives else 1)
    desk.later(days=1)
    assert desk.round() == []


def test_message_that_kills_the_process_twice_is_given_up(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    desk.batch()
    desk.put()

    def dying(*_: str) -> DeliveryResult:
        raise Killed

    for _ in range(2):
        with pytest.raises(Killed):
            send_due(desk.watcher.db, desk.subscriptions, lambda: desk.now, dying)
    assert desk.round() == []
    [message] = given_up(desk.watcher.db, desk.now)
    assert message.last_error == Reason(AlertsReason.INTERRUPTED).to_json()
    desk.batch(title="Sau")
    desk.round()
    assert [title for _, title, _ in desk.sent] == ["edited · laocai · Sau"]


def test_message_and_cursor_are_written_atomically(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages and cursor are written in one transaction."""
    desk.listen(TWO)
    desk.batch()
    before = cursor_of(desk.watcher.db, "a")
    execute = type(desk.watcher.db).execute

    def dying(self: object, sql: str, *more: object) -> object:
        if sql.startswith("UPDATE alert_cursors"):
            raise Killed
        return execute(self, sql, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.watcher.db), "execute", dying)
        with pytest.raises(Killed):
            queue_alerts(desk.watcher.home, desk.watcher.db, desk.subscriptions, desk.now)
    assert waiting(desk.watcher.db) == []
    assert cursor_of(desk.watcher.db, "a") == before
    desk.round()
    assert len(desk.sent) == 2


def test_removed_subscription_is_forgotten(desk: Desk) -> None:
    desk.listen(AT_ONCE + OTHER)
    desk.batch()
    desk.broken["env:A"] = "refused"
    desk.round()
    desk.listen(OTHER)
    assert waiting(desk.watcher.db) == []
    [message] = given_up(desk.watcher.db, desk.now)
    assert message.last_error == Reason(AlertsReason.SUBSCRIPTION_REMOVED).to_json()
    desk.batch(title="Giữa")
    desk.broken.clear()
    desk.listen(AT_ONCE + OTHER)
    assert [address for address, *_ in desk.sent] == ["env:B", "env:B"]


def test_messages_to_a_removed_address_are_given_up(desk: Desk) -> None:
    desk.listen(TWO)
    desk.batch()
    desk.broken["env:B"] = "refused"
    desk.round()
    desk.subscribe(AT_ONCE)
    desk.later(minutes=5)
    [done] = desk.round()
    assert done.given_up
    assert done.result.reason == Reason(AlertsReason.ADDRESS_REMOVED, number=2)


def test_corrected_address_gets_waiting_messages(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    desk.batch()
    desk.broken["env:A"] = "wrong password"
    desk.round()
    desk.subscribe(AT_ONCE.replace("env:A", "env:B"))
    desk.later(minutes=5)
    desk.round()
    assert [address for address, *_ in desk.sent] == ["env:B"]


def test_delivered_messages_are_deleted_after_90_days(desk: Desk) -> None:
    desk.listen(AT_ONCE + OTHER)
    desk.batch()
    desk.broken["env:B"] = "refused"
    desk.round()
    desk.later(days=89)
    desk.put()
    assert last_sent(desk.watcher.db, "a") is not None
    desk.later(days=2)
    desk.put()
    assert last_sent(desk.watcher.db, "a") is None
    assert [message.subscription for message in waiting(desk.watcher.db)] == ["b"]


def test_planning_changes_nothing(desk: Desk) -> None:
    desk.listen(AT_ONCE)
    desk.batch()
    home, db = desk.watcher.home, desk.watcher.db
    plans = [plan_message(home, db, desk.subscriptions[0], desk.now) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0].message is not None
    desk.round()
    assert [(title, body) for _, title, body in desk.sent] == [plans[0].message]
