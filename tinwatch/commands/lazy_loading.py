"""The commands by group. A command's module is imported when the command is called.

This is Click's lazy group (Click's documentation, "Lazily Loading Subcommands"). Titles and
one-line helps are message ids, translated when the help is printed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from storage.reasons import gettext_noop
from tinwatch.commands.help_texts import translate_help
from tinwatch.commands.plain_help import PlainCommand, usage_error_text, write_usage
from tinwatch.terminal.console import Exit, exit_with_error
from tinwatch.terminal.messages import gettext

NAME_WIDTH, HELP_WIDTH = 12, 25  # characters; two commands fit a line of 80


@dataclass(frozen=True, slots=True)
class Command:
    """A command: "module:function" in tinwatch.commands, and its one-line help.

    `help` has at most HELP_WIDTH characters, in every language.
    """

    function: str
    help: str


GROUPS: dict[str, dict[str, Command]] = {
    gettext_noop("Sites"): {
        "sites": Command("sites:sites", gettext_noop("List sites")),
        "provinces": Command("sites:provinces", gettext_noop("List provinces")),
        "add": Command("add:add_command", gettext_noop("Generate a site module")),
        "explain": Command("explain:explain_command", gettext_noop("Show the rule per field")),
        "fixture": Command("fixture:fixture_command", gettext_noop("Add or update a fixture")),
        "verify-site": Command(
            "verify_site:verify_command", gettext_noop("Smoke-test a site module")
        ),
        "domains": Command("domains:domains", gettext_noop("Check retired domains")),
    },
    gettext_noop("Crawl"): {
        "crawl": Command("crawl:crawl", gettext_noop("Crawl some sites")),
        "nightly": Command("crawl:nightly", gettext_noop("Crawl all sites")),
        "import": Command("import_pages:import_command", gettext_noop("Import saved pages")),
        "backfill": Command("backfill:backfill", gettext_noop("Import from web archives")),
        "bulk": Command("bulk:bulk", gettext_noop("Extract whole archives")),
        "reparse": Command("reparse:reparse", gettext_noop("Parse captures again")),
        "runs": Command("runs:runs", gettext_noop("List runs and verdicts")),
        "publish-run": Command("runs:publish_run", gettext_noop("Publish a held run")),
        "retract-run": Command("runs:retract_run", gettext_noop("Undo a held run")),
        "demo": Command("demo:demo", gettext_noop("Run four sample batches")),
    },
    gettext_noop("Articles and changes"): {
        "events": Command("events:events", gettext_noop("List events")),
        "report": Command("report:report", gettext_noop("Report of a batch")),
        "articles": Command("articles:articles", gettext_noop("List articles")),
        "show": Command("articles:show", gettext_noop("Show an article")),
        "diff": Command("diff:diff", gettext_noop("Compare two revisions")),
        "search": Command("search:search", gettext_noop("Search articles")),
        "count": Command("count:count", gettext_noop("Count articles over time")),
        "cite": Command("cite:cite", gettext_noop("Cite a revision")),
        "evidence": Command("evidence:evidence", gettext_noop("Write proof of an article")),
        "pin": Command("pin:pin", gettext_noop("Make an article a canary")),
        "unpin": Command("pin:unpin", gettext_noop("Remove a canary")),
        "pins": Command("pin:pins", gettext_noop("List canaries")),
    },
    gettext_noop("Stories"): {
        "stories": Command("stories:stories", gettext_noop("List reprinted texts")),
        "story": Command("stories:story", gettext_noop("Show a story's articles")),
        "network": Command("stories:network", gettext_noop("Write the reprint graph")),
        "recluster": Command("stories:recluster", gettext_noop("Cluster stories again")),
    },
    gettext_noop("Export"): {
        "export": Command("export:export", gettext_noop("Export articles")),
        "feed": Command("feed:feed", gettext_noop("Events as an Atom feed")),
        "dataset": Command("dataset:dataset", gettext_noop("Make a citable release")),
    },
    gettext_noop("Service"): {
        "check": Command("check:check", gettext_noop("Check before the crawl")),
        "watch": Command("service:watch", gettext_noop("Run the job scheduler")),
        "schedule": Command("service:schedule", gettext_noop("List scheduled jobs")),
        "serve": Command("serve:serve", gettext_noop("Serve the dashboard")),
        "alert": Command("alert:alert", gettext_noop("Send alerts")),
        "health": Command("health:health", gettext_noop("List problems")),
        "metrics": Command("metrics:metrics", gettext_noop("Prometheus metrics")),
    },
    gettext_noop("Archive"): {
        "backup": Command("archive:backup", gettext_noop("Back up the home")),
        "restore": Command("archive:restore", gettext_noop("Restore a backup")),
        "verify": Command("archive:verify", gettext_noop("Verify all stored data")),
        "rebuild": Command("archive:rebuild", gettext_noop("Rebuild from captures")),
        "reindex": Command("search:reindex", gettext_noop("Rebuild the search index")),
        "prune": Command("archive:prune", gettext_noop("Drop old listings")),
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
    """Return the current name of an old command or option: Click's `token_normalize_func`."""
    return OLD_NAMES.get(name, name)


class LazyGroup(TyperGroup):
    """The group of all commands: those of GROUPS, and any that were added to the app itself."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command. A wrong call is told like any other error, on standard error."""
        if not options.get("standalone_mode", True):
            return super().main(*args, **options)
        try:
            code = super().main(*args, **options | {"standalone_mode": False})
        except typer.Abort:
            exit_with_error(gettext("aborted"), Exit.PROBLEMS)
        except typer.TyperException as error:
            exit_with_error(usage_error_text(error), Exit.USAGE)
        sys.exit(code if isinstance(code, int) else Exit.OK)

    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in COMMANDS:
            return load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0].startswith("--") and (name := args[0].partition("=")[0]) not in known:
            ctx.fail(
                gettext(
                    "no such option {name} in front of a command; options of a command stand "
                    "behind it: tinwatch COMMAND {option} ...",
                    name=repr(name), option=name,
                )
            )  # fmt: skip
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        names = (args[0], current_name(args[0]))
        if not args[0].startswith("-") and not any(self.get_command(ctx, n) for n in names):
            close = get_close_matches(args[0], self.list_commands(ctx))
            message = gettext("no such command {name}", name=repr(args[0]))
            if close:
                guesses = ", ".join(map(repr, close))
                message += ". " + gettext("Did you mean {names}?", names=guesses)
            ctx.fail(message)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Plain text in two columns instead of Rich's panels: all commands fit one screen."""
        write_usage(self, ctx, formatter, gettext("COMMAND ..."))
        self.format_help_text(ctx, formatter)
        self.format_commands(ctx, formatter)
        self.format_epilog(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the groups without importing a command."""
        formatter.write_paragraph()
        for title, commands in GROUPS.items():
            formatter.write(f"{gettext(title)}\n")
            cells = [
                f"{name:<{NAME_WIDTH}} {gettext(command.help):<{HELP_WIDTH}}"
                for name, command in commands.items()
            ]
            for left, right in zip(cells[::2], [*cells[1::2], ""], strict=False):
                formatter.write(f"  {left} {right}".rstrip() + "\n")


@cache
def load(name: str) -> Any:
    """Return the command, or the group of commands, its help in the user's language."""
    command = imported(name)
    translate_help(command)
    return command


def imported(name: str) -> Any:
    """Return the command, or the group of commands, its help as in the source."""
    module, _, function = COMMANDS[name].function.partition(":")
    called = getattr(import_module(f"tinwatch.commands.{module}"), function)
    if isinstance(called, typer.Typer):
        return get_command(called)
    single = typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    single.command(name, cls=PlainCommand)(called)
    return get_command(single)
