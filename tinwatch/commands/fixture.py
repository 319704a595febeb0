"""tinwatch fixture: add or update a page of a site as a test fixture."""

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
    REQUIRED_KEYS,
    FieldDifference,
    build_expected,
    case_name,
    compare_fixture,
    fixture_folders,
    load_expected,
    load_page,
    write_fixture,
)
from crawlers.scaffold.write import SiteFiles
from crawlers.spider import SiteSpider
from storage.db.connection import utc_text
from storage.messages import describe
from storage.reasons import Reason
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
from tinwatch.terminal.console import Exit, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext, reason_text, styled

MAX_VALUE_CHARS = 300
HTML = "text/html"  # of a saved file; its encoding is declared in the page


def fixture_command(
    site: SiteArgument,
    url: Annotated[str | None, typer.Argument(help="URL of the article.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Extract all fixtures of the site again instead.")
    ] = False,
    page: PageOption = None,
    replay: PageReplayOption = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="Folder of the fixture; by default that of the URL, else from the title."
        ),
    ] = None,
    into: IntoOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add or update a test fixture of a site, or all: show fields and changes, then ask."""
    with exit_on_error(home):
        site_class = get_site(site)
        if every == (url is not None) or (every and (page or replay or name)):
            raise UsageError(gettext("name the URL of an article, or use --all alone"))
        if not yes and (as_json or not sys.stdin.isatty()):
            raise UsageError(gettext("cannot ask without a terminal: use --yes"))
        if url is None:
            _refresh(SiteFiles(checkout(into), site).fixtures, site_class, yes, as_json)
            return
        if site_class.key_of(url) is None:
            message = gettext(
                "{url} is not an article of {site}: article_url does not match", url=url, site=site
            )
            raise UsageError(message)
        fixture_name = _checked(name) if name is not None else None
        folder = SiteFiles(checkout(into), site).fixtures
        stored_page = page_at(url, site_class, page=page, replay=replay, home=home)
        _run(folder, site_class, stored_page, fixture_name, yes, as_json)


def _refresh(folder: Path, site: type[SiteSpider], yes: bool, as_json: bool) -> None:
    """Extract every fixture of a site again, show what changed, and write the changed ones.

    Raise ValueError if the site has no fixture. Exit with 1 if a page cannot be read any more.
    """
    changes: dict[Path, list[FieldDifference]] = {}
    unreadable: dict[Path, Reason] = {}
    for case in fixture_folders(folder):
        try:
            changes[case] = compare_fixture(case, site)
        except UnreadablePage as error:
            unreadable[case] = error.reason
    if not changes and not unreadable:
        raise UsageError(gettext("{site} has no fixtures", site=site.name))
    changed = {case: fields for case, fields in changes.items() if fields}
    if not as_json:
        _print_refresh(changes, unreadable)
    if changed and not yes and not typer.confirm(gettext("write it?")):
        out.print(gettext("nothing was written"))
        return
    for case in changed:
        facts = load_expected(case)
        write_fixture(
            case, site, facts["url"], load_page(case),
            captured_at=datetime.fromisoformat(facts["captured_at"]),
            content_type=facts["content_type"],
        )  # fmt: skip
    if as_json:
        rows = [
            {"fixture": f"{site.name}/{c.name}", "changed": _fields(f)} for c, f in changes.items()
        ]
        bad = {f"{site.name}/{c.name}": describe(reason) for c, reason in unreadable.items()}
        print_json({"site": site.name, "fixtures": rows, "unreadable": bad})
    if unreadable:
        raise typer.Exit(Exit.PROBLEMS)


def _print_refresh(
    changes: dict[Path, list[FieldDifference]], unreadable: dict[Path, Reason]
) -> None:
    for case, fields in changes.items():
        if fields:
            out.print(f"[bold]{safe(case.parent.name)}/{safe(case.name)}[/]")
            _print_changes(fields)
    for case, reason in unreadable.items():
        name, why = safe(f"{case.parent.name}/{case.name}"), safe(reason_text(reason))
        out.print(f"[bold red]{name}[/] {why}")
    out.print(
        ngettext(
            "{changed} of {number} fixture changed",
            "{changed} of {number} fixtures changed",
            len(changes) + len(unreadable),
            changed=sum(bool(fields) for fields in changes.values()),
        )
    )


def _run(
    folder: Path,
    site: type[SiteSpider],
    page: StoredPage,
    name: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    case = folder / (name or _case_of(folder, site, page))
    captured_at = _when(case, page)
    older = (case / "expected.json").exists()
    read = _expected(site, page, captured_at)
    changed = compare_fixture(case, site, page.body, captured_at=captured_at) if older else []
    if not as_json:
        _print(case, page, read, changed, older)
    if not yes and not typer.confirm(gettext("write it?")):
        out.print(gettext("nothing was written"))
        return
    write_fixture(
        case, site, page.url, page.body, captured_at=captured_at, content_type=_kind(page)
    )
    reviewed = load_expected(case).get("reviewed")
    if as_json:
        print_json(
            {"fixture": f"{case.parent.name}/{case.name}", "url": page.url,
             "captured_at": utc_text(captured_at), "new": not older, "changed": _fields(changed),
             "reviewed": reviewed}
        )  # fmt: skip
        return
    out.print(gettext("written to {file}", file=safe(str(case))))
    if reviewed is None:
        not_reviewed = styled("yellow", gettext("not reviewed:"))
        hint = gettext(
            "compare every field of expected.json with page.html, then set reviewed to the date"
        )
        out.print(f"{not_reviewed} {hint}")


def _expected(site: type[SiteSpider], page: StoredPage, captured_at: datetime) -> dict[str, Any]:
    """Return what is read of a page. Raise UsageError if it cannot be read."""
    try:
        return build_expected(site, page.url, page.body, captured_at, _kind(page))
    except UnreadablePage as error:
        reason = reason_text(error.reason)
        message = gettext(
            "cannot extract {url}: {reason}; see tinwatch explain", url=page.url, reason=reason
        )
        raise UsageError(message) from error


def _kind(page: StoredPage) -> str:
    return page.content_type or HTML


def _checked(name: str) -> str:
    """Return the name. Raise UsageError if it is invalid."""
    if not name.replace("-", "").replace("_", "").isalnum():
        message = gettext("--name {name}: use letters, digits, hyphens and underscores", name=name)
        raise UsageError(message)
    return name


def _case_of(folder: Path, site: type[SiteSpider], page: StoredPage) -> str:
    """Return the name of the article's fixture, or a new one from the title."""
    key = site.key_of(page.url)
    for case in fixture_folders(folder):
        if site.key_of(load_expected(case)["url"]) == key:
            return case.name
    return case_name(_expected(site, page, page.captured_at)["title"])


def _when(case: Path, page: StoredPage) -> datetime:
    """Return the capture time; an unchanged fixture keeps its own, as relative dates need it."""
    if (case / "expected.json").exists() and load_page(case) == page.body:
        return datetime.fromisoformat(load_expected(case)["captured_at"])
    return page.captured_at


def _fields(changed: list[FieldDifference]) -> list[dict[str, Any]]:
    return [{"field": c.field, "stated": c.stated, "read": c.read} for c in changed]


def _print(
    case: Path,
    page: StoredPage,
    read: dict[str, Any],
    changed: list[FieldDifference],
    older: bool,
) -> None:
    out.print(f"[bold]{safe(case.parent.name)}/{safe(case.name)}[/] [dim]{safe(page.origin)}[/]")
    if not older:
        out.print(gettext("new fixture:"))
        for field in REQUIRED_KEYS:
            out.print(f"  [bold]{field}[/] {_value_text(read[field])}")
        return
    changes_text = gettext("unchanged")
    if changed:
        changes_text = ngettext("{number} field changed", "{number} fields changed", len(changed))
    out.print(gettext("existing fixture: {changes}", changes=changes_text))
    _print_changes(changed)


def _print_changes(changed: list[FieldDifference]) -> None:
    for change in changed:
        out.print(f"  [bold]{change.field}[/]")
        out.print(f"    [red]- {_value_text(change.stated)}[/]")
        out.print(f"    [green]+ {_value_text(change.read)}[/]")


def _value_text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return safe(text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…")
