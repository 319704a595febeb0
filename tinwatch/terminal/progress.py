"""Progress on standard error: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from tinwatch.terminal.messages import gettext

ARTICLES_PER_UPDATE = 20  # an update of the bar costs more than an article
LINE_INTERVAL_SECONDS = 10.0  # between two lines without a terminal


class BatchProgress:
    """The sites of a nightly batch: a bar with the running ones, or a line per start and end."""

    def __init__(self) -> None:
        self.live = err.is_terminal
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            console=err, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task(gettext("crawling"), total=0)
        self.running: list[str] = []

    def __enter__(self) -> Self:
        if self.live:
            self.bar.start()
        return self

    def __exit__(self, *unused: object) -> None:
        if self.live:
            self.bar.stop()

    def show(self, site: str, state: str) -> None:
        """`state` is started, read, or a sentence that says why the site was not read."""
        if not self.live:
            if site in self.running or state == "started":
                names = {"started": gettext("started"), "read": gettext("read")}
                err.print(f"{site}: {safe(names.get(state, state))}")
            if state == "started":
                self.running.append(site)
            return
        if state == "started":
            self.running.append(site)
            total = self.bar.tasks[0].total or 0
            self.bar.update(self.task, total=total + 1)
        elif site in self.running:
            self.running.remove(site)
            self.bar.advance(self.task)
        sites = ", ".join(self.running)
        self.bar.update(self.task, description=gettext("crawling {sites}", sites=sites))


class ArticleProgress:
    """Progress over many articles: a bar on a terminal, a line now and then elsewhere.

    Use `with progress.of(200):` around the work; `advance` counts one more.
    """

    def __init__(self, activity: str) -> None:
        self.activity = activity
        self.done = self.total = 0
        self.last_line_at = 0.0
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), console=err, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task(activity, total=None)

    @contextmanager
    def of(self, total: int) -> Iterator[None]:
        self.total, self.last_line_at = total, monotonic()
        self.bar.update(self.task, total=total)
        if not err.is_terminal:
            yield
            return
        with self.bar:
            yield
            self.bar.update(self.task, completed=self.done)

    def advance(self) -> None:
        self.done += 1
        if self.done % ARTICLES_PER_UPDATE:
            return
        if err.is_terminal:
            self.bar.update(self.task, completed=self.done)
        elif monotonic() - self.last_line_at >= LINE_INTERVAL_SECONDS:
            done = gettext("{done} of {total}", done=self.done, total=self.total)
            err.print(f"{self.activity}: {done}")
            self.last_line_at = monotonic()


@contextmanager
def progress_bar(activity: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that takes the done and the total number; nothing without a terminal."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(activity)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update
