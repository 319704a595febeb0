"""tinwatch add: a site module and its fixtures, proposed from a few pages of the site."""

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
from crawlers.scaffold.saved_pages import NoPages, Saved, from_files, from_warc, host_of
from crawlers.scaffold.write import FEWEST_FIXTURES, checked_place, write
from crawlers.site_config import KINDS
from schedules.batch import reactor
from storage.provinces.names import resolve_former
from tinwatch.commands.add_preview import proposal_row, show_proposal, show_written
from tinwatch.commands.checkout import checkout
from tinwatch.commands.options import (
    HomeOption,
    IntoOption,
    JsonOption,
    YesOption,
)
from tinwatch.terminal.console import (
    err,
    errors_in_words,
    out,
    print_json,
    safe,
)


def add_command(
    url: Annotated[
        str | None, typer.Argument(help="A page of the site: its home, a section, an article.")
    ] = None,
    replay: Annotated[
        list[Path] | None,
        typer.Option("--replay", help="Take the pages out of this WARC file (repeatable)."),
    ] = None,
    page: Annotated[
        list[Path] | None, typer.Option("--page", help="A saved HTML file (repeatable).")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--url", help="Address of a single --page that names none.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Short name of the site.")] = None,
    title: Annotated[str | None, typer.Option(help="What the publisher calls itself.")] = None,
    province: Annotated[
        str | None, typer.Option(help="The province that it belonged to until July 2025.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(sorted(KINDS))}.")] = None,
    into: IntoOption = None,
    yes: YesOption = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a site that is there.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose the module of a new site from a few of its pages, show what it reads, write it."""
    with errors_in_words():
        if not yes and (as_json or not sys.stdin.isatty()):
            raise ValueError("nobody is there to be asked: give --yes")
        root = checkout(into)
        drafted = draft(_pages(url, replay, page, address, home), url)
        identity = _identity(drafted, name, title, province, kind, ask=not yes)
        checked_place(root, identity.name, force=force)
        _note_others(identity)
        proposal = drafted.proposal(identity)
        if not as_json:
            show_proposal(proposal, drafted)
        if not yes and not typer.confirm("write it?"):
            out.print("nothing was written")
            return
        written = write(proposal, root, force=force)
        if len(written.fixtures) < FEWEST_FIXTURES:
            err.print(
                f"[yellow]only {len(written.fixtures)} of {FEWEST_FIXTURES} fixtures:[/] "
                f"add others with tinwatch fixture {safe(identity.name)} URL"
            )
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
) -> list[Saved]:
    """The pages from wherever they are to come. Raises ValueError, CaptureError."""
    if replay and files:
        raise ValueError("--replay and --page exclude each other")
    if address and not files:
        raise ValueError("--url belongs to --page")
    if files:
        return _of_one_host(from_files(files, address))
    if url is None:
        raise ValueError("name a page of the site: tinwatch add https://...")
    if not host_of(url):
        raise ValueError(f"{url!r} is no web address: give it whole, with https://")
    if replay:
        return from_warc(replay, host_of(url))
    found = reactor.run(partial(_fetched, url, str(home) if home else None))
    if found is None:
        raise KeyboardInterrupt
    return found


async def _fetched(url: str, home: str | None) -> list[Saved] | None:
    """The live pages; None where a person stopped it. Raises NoPages."""
    fetching = asyncio.ensure_future(fetch_pages(url, home))

    def stop() -> None:
        fetching.cancel()

    with reactor.on_interrupt(stop):
        try:
            return await fetching
        except asyncio.CancelledError:
            return None


def _of_one_host(pages: list[Saved]) -> list[Saved]:
    hosts = sorted({host_of(page.url) for page in pages})
    if len(hosts) > 1:
        raise NoPages(f"the pages are from several sites ({', '.join(hosts)}): add one at a time")
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
    """Who the site is: as stated, else as asked, else as guessed. Raises ValueError."""
    if ask:
        name = name or typer.prompt("short name", default=drafted.name)
        title = title or typer.prompt("name of the publisher", default=drafted.title)
        province = province or typer.prompt("province until July 2025", default=drafted.province)
        kind = kind or typer.prompt(f"kind ({', '.join(sorted(KINDS))})", default=drafted.kind)
    province = province or drafted.province
    if province is None:
        raise ValueError(
            f"neither the address nor the title of {drafted.material.host} names one province: "
            "give --province"
        )
    return drafted.identity(
        name or drafted.name,
        title or drafted.title,
        resolve_former(province).slug,
        kind or drafted.kind,
    )


def _note_others(identity: Identity) -> None:
    """Two sites may share a host, each with sections of its own; mostly one of them is a slip."""
    held = [s.name for s in all_sites().values() if identity.domains[0] in s.bare_hosts]
    others = [name for name in held if name != identity.name]
    if others:
        err.print(f"[yellow]note:[/] {', '.join(others)} has the host {safe(identity.domains[0])}")
