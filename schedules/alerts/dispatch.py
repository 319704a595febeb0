"""One round of alerts: what is new is put into the outbox, and what is due there is sent.

What happened is put in together with the subscription's cursor (storage/events/alert_outbox.py),
so it is
neither lost nor put in twice. A message is noted before it is sent and after: where the process
dies in between, it may have arrived, and is sent once more, never a third time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from schedules.alerts.delivery import DeliveryResult, deliver
from schedules.alerts.digest import digest
from schedules.alerts.messages import alert
from schedules.alerts.subscriptions import Subscription
from storage.db.connection import Database, from_utc_text
from storage.events.alert_outbox import (
    OutgoingMessage,
    cursor_of,
    delete_old_messages,
    enqueue_message,
    give_up,
    ledger_end,
    mark_failed,
    mark_interrupted,
    mark_sending,
    mark_sent,
    sync_cursors,
    waiting,
)
from storage.events.filters import matching_events
from storage.events.ledger import Event
from storage.home import Home

RETRY_MINUTES = (
    1,
    5,
    30,
    120,
    360,
)  # minutes until a failed delivery is tried again; then the last
GIVE_UP_AFTER = timedelta(days=3)  # a message that is older is not tried again
MAX_EVENTS = 20_000  # events of one message; more wait for the next round

Send = Callable[[str, str, str], DeliveryResult]  # address, title, body
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """What a subscription would hear of now. `message`: title and body, None for nothing."""

    subscription: Subscription
    events: tuple[Event, ...]
    message: tuple[str, str] | None
    upto: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one message went."""

    message: OutgoingMessage
    answer: DeliveryResult
    given_up: bool = False


def plan_message(home: Home, db: Database, one: Subscription, now: datetime) -> PlannedMessage:
    """What this subscription has not heard of yet, composed. Changes nothing."""
    cursor, end = cursor_of(db, one.name), ledger_end(db)
    since = cursor.event if cursor else end
    events = list(islice(matching_events(db, one.choice, since=since, upto=end), MAX_EVENTS))
    upto = events[-1].id if len(events) == MAX_EVENTS else end
    if one.when == "digest":
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
    """Puts what is new into the outbox: for those that hear at once, with `digests` for the others.

    In quiet hours what would be told at once stays where it is, for one message at their end.
    """
    sync_cursors(db, [one.name for one in subscriptions], now)
    delete_old_messages(db, now)
    for one in subscriptions:
        if is_message_due(one, now, digests=digests):
            plan = plan_message(home, db, one, now)
            ids = [event.id for event in plan.events]
            enqueue_message(db, one.name, len(one.to), plan.message, ids, plan.upto, now)


def is_message_due(one: Subscription, now: datetime, *, digests: bool) -> bool:
    """Whether this is the moment at which a message for the subscription is written."""
    if one.when == "digest":
        return digests
    return not digests and not is_quiet(one, now)


def is_quiet(one: Subscription, now: datetime) -> bool:
    return one.quiet is not None and one.quiet.contains(now)


def send_due(
    db: Database, subscriptions: list[Subscription], now: Now, send: Send = deliver
) -> list[Delivery]:
    """Sends what is due, the oldest first. The caller holds the work lock "alert".

    Where a target does not take a message, its other messages wait for the next round, so that a
    service which hangs costs the others one timeout and not one for each message.
    """
    mark_interrupted(db, now())
    known = {one.name: one for one in subscriptions}
    done: list[Delivery] = []
    failing: set[tuple[str, int]] = set()
    for message in waiting(db, now()):
        one = known.get(message.subscription)
        if one is None or is_quiet(one, now()) or (one.name, message.target) in failing:
            continue
        result = _send(db, one, message, now, send)
        done.append(result)
        if not result.answer.arrived:
            failing.add((one.name, message.target))
    return done


def _send(
    db: Database, one: Subscription, message: OutgoingMessage, now: Now, send: Send
) -> Delivery:
    if message.target > len(one.to):
        gone = DeliveryResult(False, f"address number {message.target} is no longer in alerts.toml")
        give_up(db, message.id, gone.said, now())
        return Delivery(message, gone, given_up=True)
    mark_sending(db, message.id, now())
    answer = send(one.to[message.target - 1], message.title, message.body)
    if answer.arrived:
        mark_sent(db, message.id, now())
        return Delivery(message, answer)
    if now() >= from_utc_text(message.created_at) + GIVE_UP_AFTER:
        give_up(db, message.id, answer.said, now())
        return Delivery(message, answer, given_up=True)
    mark_failed(db, message.id, answer.said, now() + retry_delay(message.tries + 1))
    return Delivery(message, answer)


def retry_delay(tries: int) -> timedelta:
    """How long to wait after so many failed tries, from 1 on."""
    return timedelta(minutes=RETRY_MINUTES[min(tries, len(RETRY_MINUTES)) - 1])
