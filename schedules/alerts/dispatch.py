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

from schedules.alerts.delivery import Answer, deliver
from schedules.alerts.digest import digest
from schedules.alerts.messages import alert
from schedules.alerts.subscriptions import Subscription
from storage.db.connection import Database, from_utc_text
from storage.events.alert_outbox import (
    Outgoing,
    begin_sending,
    cursor_of,
    drop_old,
    give_up,
    keep_cursors,
    ledger_end,
    note_failed,
    note_interrupted,
    note_sent,
    put_message,
    waiting,
)
from storage.events.filters import chosen_events
from storage.events.ledger import Event
from storage.home import Home

DELAYS = (1, 5, 30, 120, 360)  # minutes until a failed delivery is tried again; then the last
LONGEST = timedelta(days=3)  # a message that is older is not tried again
MOST_EVENTS = 20_000  # events of one message; more wait for the next round

Send = Callable[[str, str, str], Answer]  # address, title, body
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a subscription would hear of now. `message`: title and body, None for nothing."""

    subscription: Subscription
    events: tuple[Event, ...]
    message: tuple[str, str] | None
    upto: int


@dataclass(frozen=True, slots=True)
class Done:
    """How one message went."""

    message: Outgoing
    answer: Answer
    given_up: bool = False


def planned(home: Home, db: Database, one: Subscription, now: datetime) -> Planned:
    """What this subscription has not heard of yet, composed. Changes nothing."""
    cursor, end = cursor_of(db, one.name), ledger_end(db)
    since = cursor.event if cursor else end
    events = list(islice(chosen_events(db, one.choice, since=since, upto=end), MOST_EVENTS))
    upto = events[-1].id if len(events) == MOST_EVENTS else end
    if one.when == "digest":
        message = digest(home, db, one, events, now)
    else:
        message = alert(db, events, one.page, one.language) if events else None
    return Planned(one, tuple(events), message, upto)


def put_alerts(
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
    keep_cursors(db, [one.name for one in subscriptions], now)
    drop_old(db, now)
    for one in subscriptions:
        if due_now(one, now, digests=digests):
            plan = planned(home, db, one, now)
            ids = [event.id for event in plan.events]
            put_message(db, one.name, len(one.to), plan.message, ids, plan.upto, now)


def due_now(one: Subscription, now: datetime, *, digests: bool) -> bool:
    """Whether this is the moment at which a message for the subscription is written."""
    if one.when == "digest":
        return digests
    return not digests and not quiet(one, now)


def quiet(one: Subscription, now: datetime) -> bool:
    return one.quiet is not None and one.quiet.holds(now)


def send_due(
    db: Database, subscriptions: list[Subscription], now: Now, send: Send = deliver
) -> list[Done]:
    """Sends what is due, the oldest first. The caller holds the work lock "alert".

    Where a target does not take a message, its other messages wait for the next round, so that a
    service which hangs costs the others one timeout and not one for each message.
    """
    note_interrupted(db, now())
    known = {one.name: one for one in subscriptions}
    done: list[Done] = []
    failing: set[tuple[str, int]] = set()
    for message in waiting(db, now()):
        one = known.get(message.subscription)
        if one is None or quiet(one, now()) or (one.name, message.target) in failing:
            continue
        result = _send(db, one, message, now, send)
        done.append(result)
        if not result.answer.arrived:
            failing.add((one.name, message.target))
    return done


def _send(db: Database, one: Subscription, message: Outgoing, now: Now, send: Send) -> Done:
    if message.target > len(one.to):
        gone = Answer(False, f"address number {message.target} is no longer in alerts.toml")
        give_up(db, message.id, gone.said, now())
        return Done(message, gone, given_up=True)
    begin_sending(db, message.id, now())
    answer = send(one.to[message.target - 1], message.title, message.body)
    if answer.arrived:
        note_sent(db, message.id, now())
        return Done(message, answer)
    if now() >= from_utc_text(message.created_at) + LONGEST:
        give_up(db, message.id, answer.said, now())
        return Done(message, answer, given_up=True)
    note_failed(db, message.id, answer.said, now() + delay_after(message.tries + 1))
    return Done(message, answer)


def delay_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries, from 1 on."""
    return timedelta(minutes=DELAYS[min(tries, len(DELAYS)) - 1])
