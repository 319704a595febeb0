"""What a person sees while a night runs: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from tinwatch.console import err, safe


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
