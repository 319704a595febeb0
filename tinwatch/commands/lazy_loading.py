"""The commands by group; the module of a command is imported when the command is called.

This is Click's lazy group (Click's documentation, "Lazily Loading Subcommands").
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

NAME_WIDTH, HELP_WIDTH = 12, 25  # characters; two commands fit a line of 80


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is defined ("module:function" below tinwatch), and its one-line help.

    `help` is at most HELP_WIDTH characters, for the list of all commands.
    """

    function: str
    help: str


GROUPS: dict[str, dict[str, Command]] = {
    "Sites": {
        "sites": Command("sites:sites", "List sites"),
        "provinces": Command("sites:provinces", "List provinces"),
        "add": Command("add:add_command", "Generate a site module"),
        "explain": Command("explain:explain_command", "Show the rule per field"),
        "fixture": Command("fixture:fixture_command", "Add or update a fixture"),
        "verify-site": Command("verify_site:verify_command", "Smoke-test a site module"),
        "domains": Command("domains:domains", "Check retired domains"),
    },
    "Crawl": {
        "crawl": Command("crawl:crawl", "Crawl some sites"),
        "nightly": Command("crawl:nightly", "Crawl all sites"),
        "import": Command("crawl:import_command", "Import saved pages"),
        "reparse": Command("reparse:reparse", "Parse captures again"),
        "runs": Command("runs:runs", "List runs and verdicts"),
        "publish-run": Command("runs:publish_run", "Publish a held run"),
        "retract-run": Command("runs:retract_run", "Undo a held run"),
        "demo": Command("crawl:demo", "Play four sample batches"),
    },
    "Articles and changes": {
        "events": Command("read:events", "List events"),
        "report": Command("read:report", "Report of a batch"),
        "articles": Command("read:articles", "List articles"),
        "show": Command("read:show", "Show an article"),
        "diff": Command("diff:diff", "Compare two revisions"),
        "search": Command("search:search", "Search articles"),
        "evidence": Command("evidence:evidence", "Write proof of an article"),
        "pin": Command("pin:pin", "Make an article a canary"),
        "unpin": Command("pin:unpin", "Remove a canary"),
        "pins": Command("pin:pins", "List canaries"),
    },
    "Stories": {
        "stories": Command("stories:stories", "List reprinted texts"),
        "story": Command("stories:story", "Show a story's articles"),
        "network": Command("stories:network", "Write the reprint graph"),
        "recluster": Command("stories:recluster", "Cluster stories again"),
    },
    "Export": {
        "export": Command("export:export", "Export articles"),
        "feed": Command("feed:feed", "Events as an Atom feed"),
        "dataset": Command("dataset:dataset", "Make a citable release"),
    },
    "Service": {
        "watch": Command("service:watch", "Run the job scheduler"),
        "schedule": Command("service:schedule", "List scheduled jobs"),
        "serve": Command("serve:serve", "Serve the dashboard"),
        "alert": Command("alert:alert", "Send alerts"),
        "health": Command("health:health", "List problems"),
        "metrics": Command("metrics:metrics", "Prometheus metrics"),
    },
    "Archive": {
        "backup": Command("archive:backup", "Back up the home"),
        "restore": Command("archive:restore", "Restore a backup"),
        "verify": Command("archive:verify", "Verify all stored data"),
        "rebuild": Command("archive:rebuild", "Rebuild from captures"),
        "reindex": Command("search:reindex", "Rebuild the search index"),
        "prune": Command("archive:prune", "Drop old listings"),
    },
}
COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}

# Names of commands and options in releases up to 0.1.0: accepted, but not listed in any help.
OLD_NAMES = {
    # commands
    "reread": "reparse",
    "regroup": "recluster",
    "release": "publish-run",
    "discard": "retract-run",
    "index": "reindex",
    # options
    "apart": "isolate",
    "go-on": "resume",
    "deep": "full",
    "captured": "captured-at",
    "least-priority": "min-priority",
    "most": "limit",
    "words": "query",
}


def current_name(name: str) -> str:
    """The name for which `name` is the old one, else `name`: Click's `token_normalize_func`."""
    return OLD_NAMES.get(name, name)


class LazyGroup(TyperGroup):
    """The group of all commands: those of GROUPS, and any that were added to the app itself."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in COMMANDS:
            return load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = (args[0], current_name(args[0]))
        if not args[0].startswith("-") and not any(self.get_command(ctx, n) for n in known):
            close = get_close_matches(args[0], self.list_commands(ctx))
            guess = f" Did you mean {', '.join(map(repr, close))}?" if close else ""
            ctx.fail(f"No such command {args[0]!r}.{guess}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Plain text in two columns instead of Rich's panels: all commands fit one screen."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_commands(ctx, formatter)
        self.format_epilog(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the groups without importing a command."""
        formatter.write_paragraph()
        for title, commands in GROUPS.items():
            formatter.write(f"{title}\n")
            cells = [
                f"{name:<{NAME_WIDTH}} {command.help:<{HELP_WIDTH}}"
                for name, command in commands.items()
            ]
            for left, right in zip(cells[::2], [*cells[1::2], ""], strict=False):
                formatter.write(f"  {left} {right}".rstrip() + "\n")


@cache
def load(name: str) -> Any:
    """Imports the command's module and returns the command."""
    module, _, function = COMMANDS[name].function.partition(":")
    single = typer.Typer(
        add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    single.command(name)(getattr(import_module(f"tinwatch.commands.{module}"), function))
    return get_command(single)
