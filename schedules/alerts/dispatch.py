"""One round of alerts: put messages about new events into the outbox, and send those that are due.

A message and its subscription's cursor are written in one transaction
(storage/events/alert_outbox.py), so no event is lost or reported twice. A message is marked before
and after it is sent. If the process dies in between, it may have arrived: it is sent once more,
never a third time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from schedules.alerts.delivery import DeliveryResult, deliver
from schedules.alerts.digest import digest
from schedules.alerts.messages import alert
from schedules.alerts.subscriptions import Subscription, When
from storage.db.connection import Database, from_utc_text
from storage.events.alert_outbox import (
    OutgoingMessage,
    cursor_of,
    delete_old_messages,
    enqueue_message,
    give_up,
    mark_failed,
    mark_interrupted,
    mark_sending,
    mark_sent,
    sync_cursors,
    waiting,
)
from storage.events.filters import matching_events
from storage.events.ledger import Event, newest_event
from storage.home import Home
from storage.messages.reasons_alerts import AlertsReason
from storage.reasons import Reason

RETRY_MINUTES = (1, 5, 30, 120, 360)  # after the first, second, ... failure; then the last value
GIVE_UP_AFTER = timedelta(days=3)  # older messages are not retried
MAX_EVENTS = 20_000  # per message; more events wait for the next round

Send = Callable[[str, str, str], DeliveryResult]  # address, title, body
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """The next message of a subscription.

    Attributes:
        message: title and body, or None if there is nothing to report
        upto: the ledger id up to which events were read
    """

    subscription: Subscription
    events: tuple[Event, ...]
    message: tuple[str, str] | None
    upto: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to deliver a message."""

    message: OutgoingMessage
    result: DeliveryResult
    given_up: bool = False


def plan_message(home: Home, db: Database, one: Subscription, now: datetime) -> PlannedMessage:
    """Compose a message about the events after the subscription's cursor; store nothing."""
    cursor, end = cursor_of(db, one.name), newest_event(db)
    since = end if cursor is None else cursor
    events = list(islice(matching_events(db, one.choice, since=since, upto=end), MAX_EVENTS))
    upto = events[-1].id if len(events) == MAX_EVENTS else end
    if one.when == When.DIGEST:
        message = digest(home, db, one, events, now)
    else:
        message = alert(db, events, one.page, one.language) if events else None
    return PlannedMessage(one, tuple(events), message, upto)


def queue_alerts(
    home: Home,
    db: Database,
    subscriptions: list[Subscription],
    now: datetime,
    *,
    digests: bool = False,
) -> None:
    """Put messages into the outbox: immediate alerts, or with `digests` the daily digests.

    In quiet hours immediate alerts wait; at their end there is one message about all events.
    """
    sync_cursors(db, [one.name for one in subscriptions], now)
    delete_old_messages(db, now)
    for one in subscriptions:
        if is_message_due(one, now, digests=digests):
            plan = plan_message(home, db, one, now)
            ids = [event.id for event in plan.events]
            enqueue_message(db, one.name, len(one.to), plan.message, ids, plan.upto, now)


def is_message_due(one: Subscription, now: datetime, *, digests: bool) -> bool:
    """Whether a message for the subscription is written in this round."""
    if one.when == When.DIGEST:
        return digests
    return not digests and not is_quiet(one, now)


def is_quiet(one: Subscription, now: datetime) -> bool:
    return one.quiet is not None and one.quiet.contains(now)


def send_due(
    db: Database, subscriptions: list[Subscription], now: Now, send: Send = deliver
) -> list[Delivery]:
    """Send the messages that are due, oldest first. The caller holds the work lock "alert".

    If a delivery fails, other messages to the same target wait for the next round, so that a
    service that hangs costs one timeout per round.
    """
    mark_interrupted(db, now())
    by_name = {one.name: one for one in subscriptions}
    deliveries: list[Delivery] = []
    failing: set[tuple[str, int]] = set()
    for message in waiting(db, now()):
        one = by_name.get(message.subscription)
        if one is None or is_quiet(one, now()) or (one.name, message.target) in failing:
            continue
        delivery = _send(db, one, message, now, send)
        deliveries.append(delivery)
        if not delivery.result.arrived:
            failing.add((one.name, message.target))
    return deliveries


def _send(
    db: Database, one: Subscription, message: OutgoingMessage, now: Now, send: Send
) -> Delivery:
    if message.target > len(one.to):
        removed = Reason(AlertsReason.ADDRESS_REMOVED, number=message.target)
        give_up(db, message.id, removed, now())
        return Delivery(message, DeliveryResult(False, removed), given_up=True)
    mark_sending(db, message.id, now())
    result = send(one.to[message.target - 1], message.title, message.body)
    if result.arrived:
        mark_sent(db, message.id, now())
        return Delivery(message, result)
    if now() >= from_utc_text(message.created_at) + GIVE_UP_AFTER:
        give_up(db, message.id, result.reason, now())
        return Delivery(message, result, given_up=True)
    mark_failed(db, message.id, result.reason, now() + retry_delay(message.tries + 1))
    return Delivery(message, result)


def retry_delay(tries: int) -> timedelta:
    """How long to wait after the given number of failed tries (at least 1)."""
    return timedelta(minutes=RETRY_MINUTES[min(tries, len(RETRY_MINUTES)) - 1])
