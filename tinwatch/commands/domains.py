"""tinwatch domains: where the retired domains of the sites lead now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from crawlers.registry import all_sites, get_site
from schedules.batch.log_file import log_to
from schedules.batch.retired_domains import check_domains
from schedules.monitoring.host_checks import LOST, domain_before, domain_now
from storage.checks.retired_domains import DomainCheck
from storage.home import open_home
from storage.messages import describe
from tinwatch.commands.options import HomeOption, JsonOption, SiteOption
from tinwatch.terminal.console import (
    Exit,
    count,
    errors_in_words,
    out,
    print_json,
    safe,
)


def domains(
    site: SiteOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check where the retired domains redirect now; changes first. Exit code 1: one was lost."""
    with errors_in_words():
        chosen = [get_site(site)] if site else list(all_sites().values())
        chosen = [one for one in chosen if one.retired_domains]
        place = open_home(home)
        found: list[DomainCheck] = []
        if chosen:
            log_to(place)
            found = check_domains(place, chosen)
        found.sort(key=lambda one: not one.changed)
        for one in found:
            if as_json:
                print_json(_row(one))
            else:
                show(one)
        if not as_json:
            changed = sum(one.changed for one in found)
            out.print(f"{count(len(found), 'retired domain')} asked, {changed} changed")
    if any(one.changed and one.led_home and one.state in LOST for one in found):
        raise typer.Exit(Exit.TROUBLE)


def _row(one: DomainCheck) -> dict[str, Any]:
    detail = describe(one.detail) if one.detail else ""
    code = one.detail.code if one.detail else None
    return asdict(one) | {"detail": detail, "detail_code": code, "changed": one.changed}


def show(one: DomainCheck) -> None:
    known = "as before" if one.since != one.checked_at else "first look"
    mark = "[yellow]changed[/]" if one.changed else f"[dim]{known}[/]"
    now, before = domain_now(one), domain_before(one)
    changed = f"; before, it {describe(before)}" if one.changed and before else ""
    said = safe(f"{describe(now)}{changed}")
    out.print(f"{mark} [bold]{safe(one.site)}[/] {safe(one.domain)} {said}")
