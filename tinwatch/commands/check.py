"""tinwatch check: whether this machine is ready for the first crawl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from crawlers.registry import all_sites, get_site
from crawlers.site_config import SiteConfig
from schedules.service.preflight import Outcome, check_home, check_hosts
from storage.home import Home, open_home
from storage.messages import describe
from tinwatch.commands.options import HomeOption, JsonOption, SitesArgument
from tinwatch.terminal.console import Exit, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import gettext, reason_text, styled


def check(
    sites: SitesArgument = None,
    offline: Annotated[bool, typer.Option("--offline", help="Send no requests.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check settings, contact, disk, alerts, clock and hosts. Exit code 1: there is a problem.

    Each host gets one request, for robots.txt. Without names, all live sites are checked.
    """
    with exit_on_error(home):
        chosen = [get_site(name) for name in sites or ()]
        chosen = chosen or [site for site in all_sites().values() if site.status == "live"]
        opened = open_home(home)
        ok = True
        for one in _outcomes(opened, [] if offline else chosen):
            ok = ok and one.ok
            if as_json:
                print_json(_row(one))
            else:
                _print(one)
    if not ok:
        raise typer.Exit(Exit.PROBLEMS)


def _outcomes(home: Home, sites: Sequence[type[SiteConfig]]) -> Iterator[Outcome]:
    yield from check_home(home)
    if sites:
        yield from check_hosts(home, sites)


def _row(one: Outcome) -> dict[str, object]:
    return {
        "check": one.check,
        "ok": one.ok,
        "site": one.site or None,
        "reason": describe(one.reason),
        "reason_code": one.reason.code,
        "reason_params": one.reason.params,
    }


def _print(one: Outcome) -> None:
    mark = styled("green", gettext("ok")) if one.ok else styled("red", gettext("problem"))
    name = one.site or str(one.check)
    out.print(f"{mark} [bold]{safe(name)}[/] {safe(reason_text(one.reason))}")
