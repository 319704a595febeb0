"""tinwatch add: propose a site module and fixtures from a few pages of the site."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from crawlers.registry import all_sites
from crawlers.scaffold.draft import Draft, draft
from crawlers.scaffold.evaluation import Identity
from crawlers.scaffold.live import fetch_pages
from crawlers.scaffold.saved_pages import NoPages, SavedPage, from_files, from_warc, host_of
from crawlers.scaffold.write import MIN_FIXTURES, check_target, write
from crawlers.site_config import KINDS
from schedules.batch import reactor
from storage.home import home_path, open_home
from storage.messages.reasons_input import InputReason
from storage.provinces.names import resolve_former
from storage.reasons import Reason
from tinwatch.commands.add_preview import proposal_row, show_proposal, show_written
from tinwatch.commands.checkout import checkout
from tinwatch.commands.options import HomeOption, IntoOption, JsonOption, YesOption
from tinwatch.terminal.console import err, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, styled


def add_command(
    url: Annotated[
        str | None, typer.Argument(help="A page of the site: front page, section or article.")
    ] = None,
    replay: Annotated[
        list[Path] | None,
        typer.Option("--replay", help="Use the pages of this WARC file (repeatable)."),
    ] = None,
    page: Annotated[
        list[Path] | None, typer.Option("--page", help="A saved HTML file (repeatable).")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--url", help="URL of a single --page that does not name its own.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Short name of the site.")] = None,
    title: Annotated[str | None, typer.Option(help="Name of the publisher.")] = None,
    province: Annotated[str | None, typer.Option(help="Province until 30 June 2025.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(sorted(KINDS))}.")] = None,
    into: IntoOption = None,
    yes: YesOption = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing site.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a module for a new site from a few of its pages, show its results and write it."""
    with exit_on_error(home):
        if not yes and (as_json or not sys.stdin.isatty()):
            raise UsageError(gettext("cannot ask without a terminal: use --yes"))
        root = checkout(into)
        drafted = draft(_pages(url, replay, page, address, home), url)
        identity = _identity(drafted, name, title, province, kind, ask=not yes)
        check_target(root, identity.name, force=force)
        _note_sites_on_same_host(identity)
        proposal = drafted.proposal(identity)
        if not as_json:
            show_proposal(proposal, drafted)
        if not yes and not typer.confirm(gettext("write it?")):
            out.print(gettext("nothing was written"))
            return
        written = write(proposal, root, force=force)
        if len(written.fixtures) < MIN_FIXTURES:
            few = gettext(
                "{number} of {total} fixtures:", number=len(written.fixtures), total=MIN_FIXTURES
            )
            hint = gettext("add others with tinwatch fixture {site} URL", site=safe(identity.name))
            err.print(f"{styled('yellow', few)} {hint}")
        if as_json:
            print_json(proposal_row(proposal, drafted, written, root))
        else:
            show_written(written, root)


def _pages(
    url: str | None,
    replay: list[Path] | None,
    files: list[Path] | None,
    address: str | None,
    home: Path | None,
) -> list[SavedPage]:
    """Return pages of the files, the replay or the site. Raise ValueError, CaptureError."""
    if replay and files:
        raise UsageError(gettext("--replay and --page exclude each other"))
    if address and not files:
        raise UsageError(gettext("--url needs --page"))
    if files:
        return _of_one_host(from_files(files, address))
    if url is None:
        raise UsageError(gettext("name a page of the site: tinwatch add https://..."))
    if not host_of(url):
        raise UsageError(gettext("invalid URL {url}: it must start with https://", url=url))
    if replay:
        return from_warc(replay, host_of(url))
    team = home_path(home)
    allowed = open_home(team).settings.allow_private_hosts if team.is_dir() else ()
    found = reactor.run(partial(_fetched, url, str(home) if home else None), allowed)
    if found is None:
        raise KeyboardInterrupt
    return found


async def _fetched(url: str, home: str | None) -> list[SavedPage] | None:
    """Return the live pages, or None after Ctrl-C. Raise NoPages."""
    fetching = asyncio.ensure_future(fetch_pages(url, home))
    with reactor.on_interrupt(fetching.cancel):
        try:
            return await fetching
        except asyncio.CancelledError:
            return None


def _of_one_host(pages: list[SavedPage]) -> list[SavedPage]:
    hosts = sorted({host_of(page.url) for page in pages})
    if len(hosts) > 1:
        raise NoPages(Reason(InputReason.SEVERAL_HOSTS, hosts=hosts))
    return pages


def _identity(
    drafted: Draft,
    name: str | None,
    title: str | None,
    province: str | None,
    kind: str | None,
    *,
    ask: bool,
) -> Identity:
    """Return the identity from the options, the prompts or the draft. Raise ValueError."""
    if ask:
        name = name or typer.prompt(gettext("short name"), default=drafted.name)
        title = title or typer.prompt(gettext("name of the publisher"), default=drafted.title)
        province = province or typer.prompt(
            gettext("province until 30 June 2025"), default=drafted.province
        )
        kind = kind or typer.prompt(
            gettext("kind ({kinds})", kinds=", ".join(sorted(KINDS))), default=drafted.kind
        )
    province = province or drafted.province
    if province is None:
        host = drafted.site_pages.host
        raise UsageError(gettext("unknown province of {host}: use --province", host=host))
    return drafted.identity(
        name or drafted.name,
        title or drafted.title,
        resolve_former(province).slug,
        kind or drafted.kind,
    )


def _note_sites_on_same_host(identity: Identity) -> None:
    """Note other sites on the same host: allowed, but mostly a mistake."""
    names = [s.name for s in all_sites().values() if identity.domains[0] in s.all_hosts]
    others = [name for name in names if name != identity.name]
    if others:
        sites = ", ".join(others)
        message = gettext(
            "note: {sites} has the same host {host}", sites=sites, host=identity.domains[0]
        )
        err.print(safe(message), style="yellow")
