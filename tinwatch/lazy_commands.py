"""Commands that are imported when they are called: listing the sites need not load the crawler."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

WHERE = {  # command: module and function, in the order in which the help lists them
    "demo": "tinwatch.crawl_commands:demo",
    "crawl": "tinwatch.crawl_commands:crawl",
    "nightly": "tinwatch.crawl_commands:nightly",
    "watch": "tinwatch.watch_command:watch",
    "schedule": "tinwatch.watch_command:schedule",
    "serve": "tinwatch.serve_command:serve",
    "sites": "tinwatch.site_commands:sites",
    "provinces": "tinwatch.site_commands:provinces",
    "events": "tinwatch.read_commands:events",
    "alert": "tinwatch.alert_command:alert",
    "feed": "tinwatch.feed_command:feed",
    "report": "tinwatch.read_commands:report",
    "articles": "tinwatch.read_commands:articles",
    "show": "tinwatch.read_commands:show",
    "search": "tinwatch.search_command:search",
    "diff": "tinwatch.diff_command:diff",
    "evidence": "tinwatch.evidence_command:evidence",
    "stories": "tinwatch.story_commands:stories",
    "story": "tinwatch.story_commands:story",
    "network": "tinwatch.story_commands:network",
    "regroup": "tinwatch.story_commands:regroup",
    "export": "tinwatch.export_command:export",
    "dataset": "tinwatch.dataset_command:dataset",
    "health": "tinwatch.health_command:health",
    "domains": "tinwatch.domains_command:domains",
    "metrics": "tinwatch.metrics_command:metrics",
    "runs": "tinwatch.run_commands:runs",
    "release": "tinwatch.run_commands:release",
    "discard": "tinwatch.run_commands:discard",
    "pin": "tinwatch.pin_command:pin",
    "unpin": "tinwatch.pin_command:unpin",
    "pins": "tinwatch.pin_command:pins",
    "reread": "tinwatch.reread_command:reread",
    "backup": "tinwatch.keep_commands:backup",
    "restore": "tinwatch.keep_commands:restore",
    "verify": "tinwatch.keep_commands:verify",
    "rebuild": "tinwatch.keep_commands:rebuild",
    "index": "tinwatch.search_command:index",
    "prune": "tinwatch.keep_commands:prune",
    "import": "tinwatch.crawl_commands:import_command",
    "add": "tinwatch.add_command:add_command",
    "explain": "tinwatch.explain_command:explain_command",
    "fixture": "tinwatch.fixture_command:fixture_command",
    "verify-site": "tinwatch.verify_command:verify_command",
}


class LazyCommands(MutableMapping[str, Any]):
    """Command name -> command, made when it is looked up."""

    def __init__(self, where: dict[str, str]) -> None:
        self.where = dict(where)
        self.made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = _made(name, self.where[name])
        return self.made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self.where.setdefault(name, "")
        self.made[name] = command

    def __delitem__(self, name: str) -> None:
        del self.where[name]
        self.made.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self.where)

    def __len__(self) -> int:
        return len(self.where)


class LazyGroup(TyperGroup):
    """The group of all commands: those in WHERE, and any that were added to the app itself."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        added = self.commands
        self.commands = LazyCommands(WHERE)
        self.commands.update(added)


def _made(name: str, where: str) -> Any:
    module, _, function = where.partition(":")
    alone = typer.Typer(
        add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    alone.command(name)(getattr(import_module(module), function))
    return get_command(alone)
