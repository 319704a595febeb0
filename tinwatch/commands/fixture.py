"""tinwatch fixture: adds or refreshes a kept page of a site, showing first what it reads."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.extraction.html import UnreadablePage
from crawlers.inspection.pages import StoredPage
from crawlers.registry import get_site
from crawlers.scaffold.fixtures import (
    READ,
    Change,
    case_name,
    changes,
    expected_of,
    page_of,
    stated,
    write_fixture,
)
from crawlers.spider import SiteSpider
from storage.db.connection import utc_text
from tinwatch.commands.checkout import checkout
from tinwatch.commands.options import (
    HomeOption,
    IntoOption,
    JsonOption,
    PageOption,
    PageReplayOption,
    SiteArgument,
    YesOption,
)
from tinwatch.commands.page_source import page_at
from tinwatch.terminal.console import (
    count,
    errors_in_words,
    out,
    print_json,
    safe,
)

SHOWN = 300  # characters of a value that is shown
HTML = "text/html"  # of a saved file: the page itself says its encoding


def fixture_command(
    site: SiteArgument,
    url: Annotated[str, typer.Argument(help="URL of the article.")],
    page: PageOption = None,
    replay: PageReplayOption = None,
    name: Annotated[
        str | None, typer.Option(help="Folder of the fixture; else by the URL, or the title.")
    ] = None,
    into: IntoOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add or update a test fixture of a site: show what is extracted and what changed, then ask."""
    with errors_in_words():
        known = get_site(site)
        if known.key_of(url) is None:
            raise ValueError(f"{url} is no article of {site}: article_url does not fit it")
        if not yes and (as_json or not sys.stdin.isatty()):
            raise ValueError("nobody is there to be asked: give --yes")
        named = _checked(name) if name is not None else None
        folder = checkout(into) / "tests" / "sites" / site
        kept = page_at(url, known, page=page, replay=replay, home=home)
        _run(folder, known, kept, named, yes, as_json)


def _run(
    folder: Path,
    site: type[SiteSpider],
    kept: StoredPage,
    name: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    case = folder / (name or _case_of(folder, site, kept))
    taken, kind = _when(case, kept), kept.content_type or HTML
    try:
        older = (case / "expected.json").exists()
        changed = changes(case, site, kept.body, captured_at=taken) if older else []
        read = expected_of(site, kept.url, kept.body, taken, kind)
    except UnreadablePage as error:
        raise ValueError(f"{kept.url} cannot be read: {error}; see tinwatch explain") from error
    if not as_json:
        _print(case, kept, read, changed, older)
    if not yes and not typer.confirm("write it?"):
        out.print("nothing was written")
        return
    write_fixture(case, site, kept.url, kept.body, captured_at=taken, content_type=kind)
    reviewed = stated(case).get("reviewed")
    if as_json:
        print_json(_row(case, kept, taken, changed, older, reviewed))
        return
    out.print(f"written: {safe(str(case))}")
    if reviewed is None:
        out.print(
            "[yellow]not reviewed:[/] compare every field of expected.json with page.html, "
            'correct it, then put the day into "reviewed"'
        )


def _checked(name: str) -> str:
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"--name {name!r}: letters, digits and hyphens only")
    return name


def _case_of(folder: Path, site: type[SiteSpider], kept: StoredPage) -> str:
    """The fixture that has this article already, else a new one named by the title."""
    key = site.key_of(kept.url)
    for held in sorted(folder.glob("*/expected.json")):
        if site.key_of(stated(held.parent)["url"]) == key:
            return held.parent.name
    try:
        read = expected_of(site, kept.url, kept.body, kept.captured_at, kept.content_type or HTML)
    except UnreadablePage as error:
        raise ValueError(f"{kept.url} cannot be read: {error}; see tinwatch explain") from error
    return case_name(read["title"])


def _when(case: Path, kept: StoredPage) -> datetime:
    """A fixture's own page, given again, keeps its time: relative dates are read against it."""
    if (case / "expected.json").exists() and page_of(case) == kept.body:
        return datetime.fromisoformat(stated(case)["captured_at"])
    return kept.captured_at


def _row(
    case: Path,
    kept: StoredPage,
    taken: datetime,
    changed: list[Change],
    older: bool,
    reviewed: str | None,
) -> dict[str, Any]:
    return {
        "fixture": f"{case.parent.name}/{case.name}",
        "url": kept.url,
        "captured_at": utc_text(taken),
        "new": not older,
        "changed": [{"field": c.field, "stated": c.stated, "read": c.read} for c in changed],
        "reviewed": reviewed,
    }


def _print(
    case: Path, kept: StoredPage, read: dict[str, Any], changed: list[Change], older: bool
) -> None:
    out.print(f"[bold]{safe(case.parent.name)}/{safe(case.name)}[/] [dim]{safe(kept.origin)}[/]")
    if not older:
        out.print("a new fixture, which reads:")
        for field in READ:
            out.print(f"  [bold]{field}[/] {_shown(read[field])}")
        return
    said = "reads as it states" if not changed else f"{count(len(changed), 'field')} changed"
    out.print(f"an older fixture: {said}")
    for change in changed:
        out.print(f"  [bold]{change.field}[/]")
        out.print(f"    [red]- {_shown(change.stated)}[/]")
        out.print(f"    [green]+ {_shown(change.read)}[/]")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return safe(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
