"""tinwatch alert: send due messages of the subscriptions, and list pending ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Annotated, Any

import typer

from schedules.alerts.delivery import deliver, mask_address
from schedules.alerts.dispatch import (
    PlannedMessage,
    Send,
    is_message_due,
    plan_message,
    queue_alerts,
    send_due,
)
from schedules.alerts.subscriptions import FILE, Subscription, get_subscription, read_subscriptions
from schedules.service.jobs import utc_now
from storage import messages
from storage.db.connection import Database
from storage.events.alert_outbox import OutgoingMessage, cursor_of, given_up, last_sent, waiting
from storage.home import Home, WorkBusy
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.terminal.console import (
    Exit,
    err,
    home_and_database,
    local_time,
    out,
    print_json,
    safe,
)
from tinwatch.terminal.messages import UsageError, gettext, ngettext, styled

MAX_LOCK_WAIT_SECONDS = 600  # for another process that sends
LIST_GIVEN_UP_FOR = timedelta(days=30)


def alert(
    digest: Annotated[
        bool, typer.Option("--digest", help="Send the digests of all events since the last one.")
    ] = False,
    test: Annotated[
        str | None, typer.Option("--test", help="Send a test message to this subscription.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")
    ] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="List the subscriptions and their pending messages.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send due alerts by mail, Slack, Telegram or webhook (HOME/alerts.toml)."""
    with home_and_database(home) as (opened, db):
        if (test is not None) + listed + (digest or dry_run) > 1:
            raise UsageError(gettext("--test, --list and --digest or --dry-run exclude each other"))
        subscriptions = read_subscriptions(opened.path)
        if test is not None:
            _test(opened, get_subscription(subscriptions, test), as_json=as_json)
        elif not subscriptions and not waiting(db):
            if listed or dry_run or err.is_terminal:  # not in the log of the service
                err.print(gettext("no subscriptions in {file}: no alerts are sent", file=FILE))
        elif listed:
            _list(db, subscriptions, as_json=as_json)
        elif dry_run:
            _dry_run(opened, db, subscriptions, digest=digest, as_json=as_json)
        else:
            _send(opened, db, subscriptions, digest=digest, as_json=as_json)


def _send(
    home: Home, db: Database, subscriptions: list[Subscription], *, digest: bool, as_json: bool
) -> None:
    with _send_lock(home):
        queue_alerts(home, db, subscriptions, utc_now(), digests=digest)
        done = send_due(db, subscriptions, utc_now, _deliver(home))
    for one in done:
        message, arrived = one.message, one.result.arrived
        if as_json:
            print_json(
                {"subscription": message.subscription, "target": message.target,
                 "title": message.title, "events": list(message.events), "arrived": arrived,
                 "answer": describe(one.result.reason), "given_up": one.given_up}
            )  # fmt: skip
            continue
        how = gettext("not sent, will be retried")
        if arrived or one.given_up:
            how = gettext("sent") if arrived else gettext("given up")
        out.print(
            f"[bold]{safe(message.subscription)}[/] {how}: {safe(message.title)}"
            + ("" if arrived else f" [yellow]{safe(describe(one.result.reason))}[/]")
        )
    if any(not one.result.arrived for one in done):
        raise typer.Exit(Exit.PROBLEMS)


@contextmanager
def _send_lock(home: Home) -> Iterator[None]:
    """Hold the lock on sending. Wait for another process: digests are due at the same hour."""
    end = time.monotonic() + MAX_LOCK_WAIT_SECONDS
    with ExitStack() as locks:
        while True:
            try:
                locks.enter_context(home.work_lock("alert"))
                break
            except WorkBusy:
                if time.monotonic() > end:
                    raise
                time.sleep(1)
        yield


def _deliver(home: Home) -> Send:
    return partial(deliver, allow_private_hosts=home.settings.allow_private_hosts)


def _test(home: Home, one: Subscription, *, as_json: bool) -> None:
    """Send a test message to each address now, without the outbox and quiet hours."""
    title = messages.gettext("tinwatch: a test for '{name}'", one.language)
    title = title.format(name=one.name)
    body = messages.gettext(
        "This is a test. Alerts of this subscription will arrive here.", one.language
    )
    all_arrived = True
    for address in one.to:
        result = _deliver(home)(address, title, body)
        all_arrived = all_arrived and result.arrived
        if as_json:
            print_json({"subscription": one.name, "to": mask_address(address),
                        "arrived": result.arrived, "answer": describe(result.reason)})  # fmt: skip
        else:
            delivered = styled("green", gettext("delivered"))
            how = delivered if result.arrived else styled("red", gettext("not delivered"))
            out.print(f"{safe(mask_address(address))} {how}: {safe(describe(result.reason))}")
    if not all_arrived:
        raise typer.Exit(Exit.PROBLEMS)


def _dry_run(
    home: Home, db: Database, subscriptions: list[Subscription], *, digest: bool, as_json: bool
) -> None:
    now = utc_now()
    for one in subscriptions:
        if not is_message_due(one, now, digests=digest):
            continue
        plan = plan_message(home, db, one, now)
        if as_json:
            print_json(_planned_json(plan))
        elif plan.message is None:
            out.print(f"[bold]{safe(one.name)}[/] " + gettext("no events to report"))
        else:
            title, body = plan.message
            out.print(f"[bold]{safe(one.name)}[/] {safe(title)}\n{safe(body)}\n")
    pending = len(waiting(db))
    if pending and not as_json:
        text = ngettext("{number} message is pending", "{number} messages are pending", pending)
        out.print(styled("dim", f"{text}: tinwatch alert --list"))


def _planned_json(plan: PlannedMessage) -> dict[str, Any]:
    title, body = plan.message or (None, None)
    ids = [event.id for event in plan.events]
    return {"subscription": plan.subscription.name, "events": ids, "title": title, "body": body}


def _list(db: Database, subscriptions: list[Subscription], *, as_json: bool) -> None:
    lost = given_up(db, utc_now() - LIST_GIVEN_UP_FOR)
    for one in subscriptions:
        row = _state(db, one)
        row["given_up"] = [
            {"title": m.title, "given_up_at": m.given_up_at, "error": _error(m)}
            for m in lost if m.subscription == one.name
        ]  # fmt: skip
        if as_json:
            print_json(row)
        else:
            _print_state(row)
    names = {one.name for one in subscriptions}
    orphans = sum(message.subscription not in names for message in lost)
    if orphans and not as_json:
        text = ngettext(
            "{number} message of a deleted subscription was given up",
            "{number} messages of deleted subscriptions were given up",
            orphans,
        )
        out.print(styled("dim", text))


def _error(message: OutgoingMessage) -> str | None:
    """The sentence of a message's last error; older versions stored it as text."""
    error = message.last_error
    return describe(Reason.from_json(error)) if error else None


def _state(db: Database, one: Subscription) -> dict[str, Any]:
    sent = last_sent(db, one.name)
    return {
        "subscription": one.name,
        "when": one.when,
        "to": [mask_address(address) for address in one.to],
        "heard_to": cursor_of(db, one.name),
        "last_sent": sent and sent.sent_at,
        "waiting": [
            {"title": m.title, "target": m.target, "due_at": m.due_at, "tries": m.tries,
             "error": _error(m)}
            for m in waiting(db) if m.subscription == one.name
        ],
    }  # fmt: skip


def _print_state(row: dict[str, Any]) -> None:
    last = gettext("nothing sent yet")
    if row["heard_to"] is None:
        last = gettext("new: it reports events after its first round")
    elif row["last_sent"]:
        last = gettext("last sent {when}", when=local_time(row["last_sent"]))
    out.print(f"[bold]{safe(row['subscription'])}[/] {row['when']}, {last}")
    to = gettext("to {addresses}", addresses=safe(", ".join(row["to"])))
    out.print("  " + styled("dim", to))
    for message in row["waiting"]:
        error = f": {safe(message['error'])}" if message["error"] else ""
        tries = ngettext("{number} try", "{number} tries", message["tries"])
        following = gettext("next {when}", when=local_time(message["due_at"]))
        pending = styled("yellow", gettext("pending"))
        out.print(f"  {pending} {safe(message['title'])} ({tries}, {following}){error}")
    for message in row["given_up"]:
        given_up = styled("red", gettext("given up"))
        when = local_time(message["given_up_at"])
        out.print(f"  {given_up} {when} {safe(message['title'])}: {safe(message['error'])}")
