"""Commands that only look: sites, events, report, articles, show, diff."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlite_utils import Database

from crawlers.discovery import all_sites, get_site
from pipelines.change import change
from pipelines.diff import FieldDiff
from pipelines.diff import diff as compare
from storage.articles import Revision, articles_as_json, get_article, revisions
from storage.captures import capture_place
from storage.events import ARTICLE_KINDS, SITE_KINDS
from storage.events import events as read_events
from storage.runs import latest_night
from storage.troubles import article_checks
from tinwatch.console import (
    HomeOption,
    JsonOption,
    count,
    database,
    errors_in_words,
    local_time,
    out,
    print_json,
    safe,
)
from tinwatch.reporting import COLOURS, night_report, print_report, run_report

SiteOption = Annotated[str | None, typer.Option("--site", help="Only this site.")]
LARGEST = 2**63 - 1  # id that SQLite can hold
ArticleArgument = Annotated[str, typer.Argument(help="Id or URL of an article.")]


def sites(as_json: JsonOption = False) -> None:
    """The sites there are, and what is known of each."""
    with errors_in_words():
        rows = [
            {
                "site": site.name,
                "title": site.title,
                "province": site.province,
                "kind": site.kind,
                "platform": site.facts().platform,
                "status": site.status,
                "status_note": site.status_note,
                "successor": site.successor,
                "domains": site.domains,
                "retired_domains": site.retired_domains,
                "verified": site.verified,
                "reader": site.reader,
            }
            for site in all_sites().values()
        ]
        if as_json:
            for row in rows:
                print_json(row)
            return
        for row in rows:
            read = f"read against {row['verified']}" if row["verified"] else "no page read yet"
            out.print(f"[bold]{row['site']:<13}[/] {row['status']:<8} {row['title']}")
            out.print(f"[dim]{'':<13} {row['province']} · {row['platform']} · {read}[/]")


def events(
    since: Annotated[
        int, typer.Option(min=0, max=LARGEST, help="Only events with a higher id.")
    ] = 0,
    site: SiteOption = None,
    kind: Annotated[str | None, typer.Option(help="Only events of this kind.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The ledger of events, oldest first. Reading it twice gives the same answer."""
    kinds = (*ARTICLE_KINDS, *SITE_KINDS)
    with database(home) as db:
        if kind is not None and kind not in kinds:
            raise ValueError(f"no event kind {kind!r}; there are: {', '.join(kinds)}")
        if site is not None:
            get_site(site)
        for event in read_events(db, since=since, site=site, kind=kind):
            if as_json:
                print_json(event.as_json())
                continue
            colour = COLOURS.get(event.kind, "white")
            out.print(
                f"[dim]{event.id:>5} {local_time(event.observed_at)}[/] "
                f"[{colour}]{event.kind:<9}[/] [bold]{event.site}[/] {safe(event.summary)}"
            )


def report(
    run: Annotated[
        int | None, typer.Option(min=1, max=LARGEST, help="One run instead of the newest night.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the newest night found, for a person."""
    with database(home) as db:
        if run is not None:
            found = run_report(db, run)
        else:
            night = latest_night(db)
            if night is None:
                raise ValueError("no night was run yet: tinwatch nightly")
            found = night_report(db, night)
        if as_json:
            print_json(found)
        else:
            print_report(found)


def articles(site: SiteOption = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every article with its newest content; --json gives every field of the record."""
    with database(home) as db:
        if site is not None:
            get_site(site)
        for row in articles_as_json(db, site):
            if as_json:
                print_json(row)
                continue
            status = "" if row["status"] == "live" else f" [red]{row['status']}[/]"
            out.print(
                f"[dim]{row['id']:>5}[/] [bold]{row['site']}[/] {(row['published'] or '')[:10]:<10}"
                f" {safe(row['title'])}{status}"
            )


def show(article: ArticleArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """One article: its text, its state and everything that happened to it."""
    with database(home) as db:
        known = get_article(db, article)
        row = next(articles_as_json(db, article=known.id))
        history = _history(db, known.id)
        if as_json:
            print_json({**row, "history": history})
            return
        _print_article(row)
        out.print("\n[bold]history[/]")
        for line in history:
            out.print(
                f"  [dim]{local_time(line['at'])}[/] {line['what']:<9} {safe(line['detail'])}"
            )


def _history(db: Database, article: int) -> list[dict[str, Any]]:
    lines = [_revision_line(db, revision) for revision in revisions(db, article)]
    lines += [
        {"at": e.observed_at, "what": e.kind, "detail": f"{e.summary} (event {e.id})"}
        for e in read_events(db, article=article)
    ]
    lines += [
        {"at": c.observed_at, "what": "missed", "detail": c.detail}
        for c in article_checks(db, article)
    ]
    return sorted(lines, key=lambda line: str(line["at"]))


def _revision_line(db: Database, revision: Revision) -> dict[str, Any]:
    """A revision with the place of the capture that proves it, as a citation needs it."""
    place = capture_place(db, revision.capture) if revision.capture else {}
    said = f"read by {revision.reader}"
    if revision.cause == "reader":
        said += "; our rules changed"
    if place:
        said += f"; {place['warc']} at {place['warc_offset']}, sha256 {place['sha256'][:16]}…"
    what = f"revision {revision.number}"
    return {"at": revision.observed_at, "what": what, "detail": said, **place}


def _print_article(row: dict[str, Any]) -> None:
    out.print(f"[bold]{safe(row['title'])}[/]")
    names = ", ".join(a["name"] for a in row["authors"])
    source = f" (from {row['source']['name']})" if row["source"] else ""
    out.print(f"[dim]{row['site']} · {row['published'] or 'no date'} · {safe(names + source)}[/]")
    out.print(f"[dim]{safe(row['url']) or 'no URL: a text capture'}[/]")
    first, last = local_time(row["first_seen"]), local_time(row["last_seen"])
    out.print(
        f"[dim]article {row['id']} · {row['status']} · {count(row['revisions'], 'revision')}"
        f" · first seen {first} · last seen {last}[/]\n"
    )
    if row["lead"]:
        out.print(f"[italic]{safe(row['lead'])}[/]\n")
    for block in row["body"]:
        style = "bold" if block["kind"] == "subhead" else ""
        mark = {"list item": "• ", "quote": "│ "}.get(block["kind"], "")
        out.print(f"{mark}{safe(block['text'])}", style=style)
    for caption in row["captions"]:
        out.print(f"[dim]picture: {safe(caption['text'])}[/]")
    for warning in row["warnings"]:
        out.print(f"[yellow]warning: {safe(warning)}[/]")


def diff(
    article: ArticleArgument,
    a: Annotated[int | None, typer.Argument(help="Number of the older revision.")] = None,
    b: Annotated[int | None, typer.Argument(help="Number of the newer revision.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What changed between two revisions, word by word; by default the newest two."""
    with database(home) as db:
        known = get_article(db, article)
        kept = revisions(db, known.id)
        if len(kept) == 1:
            raise ValueError(f"article {known.id} has one revision: it was never edited")
        old, new = _chosen(kept, a, b)
        found = compare(old.record, new.record)
        if as_json:
            print_json(_diff_json(known.id, old, new, found))
            return
        out.print(
            f"[bold]{safe(new.record.title)}[/]\n[dim]revision {old.number} "
            f"({local_time(old.observed_at)}) to {new.number} ({local_time(new.observed_at)})[/]"
        )
        if not found:
            out.print("no difference that a reader could see")
        for field in found:
            _print_diff(field)


def _chosen(kept: list[Revision], a: int | None, b: int | None) -> tuple[Revision, Revision]:
    by_number = {r.number: r for r in kept}
    newest = kept[-1].number
    if b is None:
        b = newest
    if a is None:
        a = max(1, b - 1)
    for number in (a, b):
        if number not in by_number:
            raise ValueError(f"no revision {number}; the article has {newest}, from 1 on")
    return by_number[a], by_number[b]


def _diff_json(
    article: int, old: Revision, new: Revision, found: list[FieldDiff]
) -> dict[str, Any]:
    what = change(old.record, new.record)
    return {
        "article": article,
        "from_revision": old.number,
        "to_revision": new.number,
        **(what.as_detail() if what else {}),
        "fields": [
            {
                "field": f.field,
                "parts": [[{"op": s.op, "text": s.text} for s in p] for p in f.parts],
            }
            for f in found
        ],
    }


def _print_diff(field: FieldDiff) -> None:
    out.print(f"\n[bold]{field.field}[/]")
    for part in field.parts:
        if all(span.op == "same" for span in part):
            continue
        said = {"same": "{}", "added": "[green]+{}+[/]", "removed": "[red]-{}-[/]"}
        out.print("  " + " ".join(said[s.op].format(safe(s.text)) for s in part))
