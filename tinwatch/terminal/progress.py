"""What a person sees while a long work runs: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from tinwatch.terminal.console import err, safe

SOME = 20  # articles between two looks at the bar or the clock: they cost more than an article
LINE_SECONDS = 10.0  # between two lines where there is no terminal


class NightProgress:
    def __init__(self) -> None:
        self.live = err.is_terminal
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            console=err, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task("crawling", total=0)
        self.busy: list[str] = []

    def __enter__(self) -> Self:
        if self.live:
            self.bar.start()
        return self

    def __exit__(self, *unused: object) -> None:
        if self.live:
            self.bar.stop()

    def show(self, site: str, what: str) -> None:
        """`what` is started, read, or a sentence that says why it was not."""
        if not self.live:
            if site in self.busy or what == "started":
                err.print(f"{site}: {safe(what)}")
            if what == "started":
                self.busy.append(site)
            return
        if what == "started":
            self.busy.append(site)
            total = self.bar.tasks[0].total or 0
            self.bar.update(self.task, total=total + 1)
        elif site in self.busy:
            self.busy.remove(site)
            self.bar.advance(self.task)
        self.bar.update(self.task, description=f"crawling {', '.join(self.busy)}")


class ArticleProgress:
    """How far a work over many articles is: a bar on a terminal, now and then a line elsewhere.

    `with progress.of(200):` is the work; `advance` says that one more is done.
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.done = self.total = 0
        self.said = 0.0
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), console=err, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task(doing, total=None)

    @contextmanager
    def of(self, total: int) -> Iterator[None]:
        self.total, self.said = total, monotonic()
        self.bar.update(self.task, total=total)
        if not err.is_terminal:
            yield
            return
        with self.bar:
            yield
            self.bar.update(self.task, completed=self.done)

    def advance(self) -> None:
        self.done += 1
        if self.done % SOME:
            return
        if err.is_terminal:
            self.bar.update(self.task, completed=self.done)
        elif monotonic() - self.said >= LINE_SECONDS:
            err.print(f"{self.doing}: {self.done} of {self.total}")
            self.said = monotonic()
