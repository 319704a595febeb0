"""Options and arguments of several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
SiteOption = Annotated[str | None, typer.Option("--site", help="Only this site.")]
ProvinceOption = Annotated[
    str | None,
    typer.Option(
        "--province",
        help="Only sites of a present province and of the former ones merged into it.",
    ),
]
FormerProvinceOption = Annotated[
    str | None,
    typer.Option(
        "--former-province", help="Only sites of one of the 63 provinces until June 2025."
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

# Events
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
KindsOption = Annotated[
    list[str] | None, typer.Option("--kind", help="Only events of this kind (repeatable).")
]
ClassesOption = Annotated[
    list[str] | None, typer.Option("--class", help="Only edits of this class (repeatable).")
]
MinPriorityOption = Annotated[float, typer.Option(help="Minimum priority of edits, from 0 to 1.")]
TextOption = Annotated[
    str | None,
    typer.Option("--text", "--query", help="Only events of articles that match this query."),
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
