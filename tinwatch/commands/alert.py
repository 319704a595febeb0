"""tinwatch alert: sends what subscriptions are to hear, and shows how that goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any

import typer

from schedules.alerts.delivery import deliver, masked
from schedules.alerts.dispatch import Planned, due_now, planned, put_alerts, send_due
from schedules.alerts.subscriptions import FILE, Subscription, named, read_subscriptions
from schedules.service.jobs import utc_now
from storage.db.connection import Database
from storage.events.alert_outbox import cursor_of, given_up, last_sent, waiting
from storage.home import Home, WorkBusy
from storage.messages import gettext
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.terminal.console import (
    Exit,
    count,
    err,
    home_and_database,
    local_time,
    out,
    print_json,
    safe,
)

TURN = 600  # seconds that a round waits for another one's end
KEPT = timedelta(days=30)  # so long --list shows what was given up


def alert(
    digest: Annotated[
        bool, typer.Option("--digest", help="The digest of all since the last one.")
    ] = False,
    test: Annotated[
        str | None, typer.Option("--test", help="Send a test message to this subscription.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")
    ] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="The subscriptions, and what waits for them.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send due alerts by mail, Slack, Telegram or webhook, as HOME/alerts.toml says."""
    with home_and_database(home) as (place, db):
        if (test is not None) + listed + (digest or dry_run) > 1:
            raise ValueError("--test, --list and --digest or --dry-run exclude each other")
        subscriptions = read_subscriptions(place.path)
        if test is not None:
            _test(named(subscriptions, test), as_json=as_json)
        elif not subscriptions and not waiting(db):
            if listed or dry_run or err.is_terminal:  # the service's journal need not hear of it
                err.print(f"nobody is told anything: there is no subscription in {FILE}")
        elif listed:
            _list(db, subscriptions, as_json=as_json)
        elif dry_run:
            _dry_run(place, db, subscriptions, digest=digest, as_json=as_json)
        else:
            _round(place, db, subscriptions, digest=digest, as_json=as_json)


def _round(
    place: Home, db: Database, subscriptions: list[Subscription], *, digest: bool, as_json: bool
) -> None:
    with _turn(place):
        put_alerts(place, db, subscriptions, utc_now(), digests=digest)
        done = send_due(db, subscriptions, utc_now)
    for one in done:
        message, well = one.message, one.answer.arrived
        if as_json:
            print_json(
                {"subscription": message.subscription, "target": message.target,
                 "title": message.title, "events": list(message.events), "arrived": well,
                 "answer": one.answer.said, "given_up": one.given_up}
            )  # fmt: skip
            continue
        how = "sent" if well else "given up" if one.given_up else "not sent, tried again later"
        out.print(
            f"[bold]{safe(message.subscription)}[/] {how}: {safe(message.title)}"
            + ("" if well else f" [yellow]{safe(one.answer.said)}[/]")
        )
    if any(not one.answer.arrived for one in done):
        raise typer.Exit(Exit.TROUBLE)


@contextmanager
def _turn(place: Home) -> Iterator[None]:
    """The lock on sending. Another round is waited for: the digest comes at a full hour as well."""
    end = time.monotonic() + TURN
    while True:
        try:
            lock = place.work_lock("alert")
            lock.__enter__()
            break
        except WorkBusy:
            if time.monotonic() > end:
                raise
            time.sleep(1)
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _test(one: Subscription, *, as_json: bool) -> None:
    """Straight to each address, quiet hours or not, past the outbox."""
    title = gettext("tinwatch: a test for '{name}'", one.language).format(name=one.name)
    body = gettext("This is a test. Alerts of this subscription will arrive here.", one.language)
    well = True
    for address in one.to:
        answer = deliver(address, title, body)
        well = well and answer.arrived
        if as_json:
            print_json({"subscription": one.name, "to": masked(address),
                        "arrived": answer.arrived, "answer": answer.said})  # fmt: skip
        else:
            how = "[green]arrived[/]" if answer.arrived else "[red]did not arrive[/]"
            out.print(f"{safe(masked(address))} {how}: {safe(answer.said)}")
    if not well:
        raise typer.Exit(Exit.TROUBLE)


def _dry_run(
    place: Home, db: Database, subscriptions: list[Subscription], *, digest: bool, as_json: bool
) -> None:
    now = utc_now()
    for one in subscriptions:
        if not due_now(one, now, digests=digest):
            continue
        plan = planned(place, db, one, now)
        if as_json:
            print_json(_planned_json(plan))
        elif plan.message is None:
            out.print(f"[bold]{safe(one.name)}[/] nothing to say")
        else:
            title, body = plan.message
            out.print(f"[bold]{safe(one.name)}[/] {safe(title)}\n{safe(body)}\n")
    left = len(waiting(db))
    if left and not as_json:
        out.print(f"[dim]{count(left, 'message')} of earlier rounds wait: tinwatch alert --list[/]")


def _planned_json(plan: Planned) -> dict[str, Any]:
    title, body = plan.message or (None, None)
    ids = [event.id for event in plan.events]
    return {"subscription": plan.subscription.name, "events": ids, "title": title, "body": body}


def _list(db: Database, subscriptions: list[Subscription], *, as_json: bool) -> None:
    lost = given_up(db, utc_now() - KEPT)
    for one in subscriptions:
        row = _state(db, one)
        row["given_up"] = [
            {"title": m.title, "given_up_at": m.given_up_at, "error": m.last_error}
            for m in lost if m.subscription == one.name
        ]  # fmt: skip
        if as_json:
            print_json(row)
        else:
            _print_state(row)
    known = {one.name for one in subscriptions}
    gone = [m for m in lost if m.subscription not in known]
    if gone and not as_json:
        out.print(f"[dim]{count(len(gone), 'message')} of subscriptions that are gone[/]")


def _state(db: Database, one: Subscription) -> dict[str, Any]:
    cursor, sent = cursor_of(db, one.name), last_sent(db, one.name)
    return {
        "subscription": one.name,
        "when": one.when,
        "to": [masked(address) for address in one.to],
        "heard_to": cursor and cursor.event,
        "last_sent": sent and sent.sent_at,
        "waiting": [
            {"title": m.title, "target": m.target, "due_at": m.due_at, "tries": m.tries,
             "error": m.last_error}
            for m in waiting(db) if m.subscription == one.name
        ],
    }  # fmt: skip


def _print_state(row: dict[str, Any]) -> None:
    last = f"last sent {local_time(row['last_sent'])}" if row["last_sent"] else "nothing sent yet"
    if row["heard_to"] is None:
        last = "new: it hears of what comes after the first round"
    out.print(f"[bold]{safe(row['subscription'])}[/] {row['when']}, {last}")
    out.print(f"  [dim]to {safe(', '.join(row['to']))}[/]")
    for one in row["waiting"]:
        why = f": {safe(one['error'])}" if one["error"] else ""
        tries = count(one["tries"], "try").replace("trys", "tries")
        out.print(
            f"  [yellow]waits[/] {safe(one['title'])} "
            f"({tries}, next {local_time(one['due_at'])}){why}"
        )
    for one in row["given_up"]:
        out.print(
            f"  [red]given up[/] {local_time(one['given_up_at'])} {safe(one['title'])}: "
            f"{safe(one['error'])}"
        )
