"""Options and arguments of several commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

MAX_ID = 2**63 - 1  # SQLite's largest integer

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="TINWATCH_HOME", help="Folder of the database and captures."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON Lines instead of text.")]
IntoOption = Annotated[
    Path | None,
    typer.Option("--into", help="Checkout to write into; by default the one of this program."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Write without asking.")]

# Selection
SiteArgument = Annotated[str, typer.Argument(help="Name of the site (tinwatch sites).")]
SitesArgument = Annotated[list[str] | None, typer.Argument(help="Only these sites.")]
ProvinceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--province",
        help="Only sites of a present province and of the former ones merged into it (repeatable).",
    ),
]
FormerProvinceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--former-province",
        help="Only sites of one of the 63 provinces until June 2025 (repeatable).",
    ),
]
SitesOption = Annotated[
    list[str] | None, typer.Option("--site", help="Only this site (repeatable).")
]
ArticleArgument = Annotated[str, typer.Argument(help="Id or URL of an article.")]
QueryArgument = Annotated[
    list[str] | None, typer.Argument(metavar="QUERY", help="Only articles that match this query.")
]
RunArgument = Annotated[int, typer.Argument(help="Id of a held run (tinwatch runs).")]

# Periods
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help='From this day or period on: 2025-03-31, 2025-03, "last month", yesterday, 30d.',
    ),
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Up to the end of this day or period.")
]
CapturedSinceOption = Annotated[
    str | None, typer.Option("--since", help="Only captures of this day and later (2015-01-31).")
]
CapturedUntilOption = Annotated[
    str | None, typer.Option("--until", help="Only captures of this day and earlier.")
]

# Sources of pages
ReplayOption = Annotated[
    list[Path] | None,
    typer.Option("--replay", help="Read this WARC file instead of the network (repeatable)."),
]
PageReplayOption = Annotated[
    list[Path] | None,
    typer.Option("--replay", help="Look for the page in this WARC file (repeatable)."),
]
PageOption = Annotated[
    Path | None, typer.Option("--page", help="A saved HTML file instead of a capture.")
]

# Crawls
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Replay the state at this time (ISO 8601, UTC).")
]
RecheckOption = Annotated[
    str, typer.Option("--recheck", help="Stored articles to check again: due, all or none.")
]
MaxArticlesOption = Annotated[
    int | None,
    typer.Option("--limit", min=0, help="Read at most this many new articles of a site."),
]
FullOption = Annotated[
    bool, typer.Option("--full", help="Read every page of the listings, not only the new part.")
]
MaxPagesOption = Annotated[
    int | None,
    typer.Option("--max-pages", min=1, help="Read at most this many pages of each listing."),
]
IsolateOption = Annotated[
    bool, typer.Option("--isolate", help="Crawl each site in its own process, with a time limit.")
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="With --isolate: continue an interrupted batch.")
]


def with_options(group: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the options of a dataclass.

    The command gets them as an object of that class, in its argument `chosen`. Each field of the
    class is an Annotated option with a default.
    """
    types = get_type_hints(group, include_extras=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    options = [
        inspect.Parameter(each.name, keyword, default=each.default, annotation=types[each.name])
        for each in fields(group)
    ]

    def decorator(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True).parameters.values()

        @wraps(command)
        def decorated(**given: Any) -> None:
            chosen = group(**{option.name: given.pop(option.name) for option in options})
            command(chosen=chosen, **given)

        arguments = [each.replace(kind=keyword) for each in own if each.name != "chosen"]
        decorated.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [*arguments, *options]
        )
        return decorated

    return decorator
