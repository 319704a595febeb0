"""tinwatch domains: where the retired domains of the sites redirect now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from crawlers.registry import all_sites, get_site
from schedules.batch.log_file import log_to_file
from schedules.batch.retired_domains import check_domains
from schedules.monitoring.host_checks import LOST_STATES, domain_before, domain_now
from storage.checks.retired_domains import DomainCheck
from storage.home import open_home
from storage.messages import describe
from tinwatch.commands.options import HomeOption, JsonOption, SitesOption
from tinwatch.terminal.console import Exit, exit_on_error, out, print_rows, safe
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled


def domains(
    site: SitesOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check where the retired domains redirect now; changes first. Exit code 1: one was lost."""
    with exit_on_error(home):
        chosen = [get_site(each) for each in dict.fromkeys(site or all_sites())]
        chosen = [one for one in chosen if one.retired_domains]
        opened = open_home(home)
        opened.database().close()  # report an unusable database before any request
        found: list[DomainCheck] = []
        if chosen:
            log_to_file(opened)
            found = check_domains(opened, chosen)
        found.sort(key=lambda one: not one.changed)
        print_rows(found, as_json, _row, print_domain)
        if not as_json:
            changed = sum(one.changed for one in found)
            checked = ngettext(
                "{number} retired domain checked", "{number} retired domains checked", len(found)
            )
            out.print(f"{checked}, " + gettext("{number} changed", number=changed))
    if any(one.changed and one.led_home and one.state in LOST_STATES for one in found):
        raise typer.Exit(Exit.PROBLEMS)


def _row(one: DomainCheck) -> dict[str, Any]:
    detail = describe(one.detail) if one.detail else ""
    code = one.detail.code if one.detail else None
    return asdict(one) | {"detail": detail, "detail_code": code, "changed": one.changed}


def print_domain(one: DomainCheck) -> None:
    first = one.since == one.checked_at
    unchanged = gettext("first check") if first else gettext("unchanged")
    mark = styled("yellow", gettext("changed")) if one.changed else styled("dim", unchanged)
    now, before = domain_now(one), domain_before(one)
    text = reason_text(now)
    if one.changed and before:
        text += "; " + gettext("before: {state}", state=reason_text(before))
    out.print(f"{mark} [bold]{safe(one.site)}[/] {safe(one.domain)} {safe(text)}")
