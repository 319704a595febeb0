"""A bulk job: the pieces of an archive as tasks on a Dask cluster.

The client holds the plan and nothing else: a task writes its own results (storage/bulk/dataset.py).
A task that is finished is not run again by the next start of the same job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from crawlers.bulk.chain import PieceChain
from crawlers.bulk.extract_piece import OtherRules, extract_piece
from crawlers.bulk.resolve_revisits import is_revisit_task, resolve_chunk, revisit_tasks
from crawlers.bulk.selection import ArchiveSelection
from storage.bulk.dataset import DatasetFolder, FinishedTask
from storage.bulk.pieces import BadInput, Piece
from storage.extras import optional_extra
from storage.messages.reasons_bulk import BulkReason
from storage.messages.reasons_input import InputError
from storage.reasons import Reason

with optional_extra("bulk"):
    from distributed import Client, LocalCluster, as_completed
    from distributed.scheduler import KilledWorker

TASKS_PER_WORKER = 4  # in the scheduler at once; more only burden it
MIN_TASKS = 16
MAX_RETRIES = 2  # of a task that failed, such as by a lost connection
MAX_LISTED = 1000  # problems that the client keeps in memory
Work = TypeVar("Work")
Progress = Callable[[int, int], None]  # finished tasks, all tasks


@dataclass(slots=True)
class JobResult:
    """What a job did, with what earlier starts of it had done.

    Attributes:
        counts: rows by table, records, and articles by outcome
        skipped: number of tasks that were finished before
        problems: (file, URL or "", offset or None, reason) of what could not be read
        failed: number of problems, also of those that are not in `problems`
    """

    tasks: int = 0
    skipped: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str, int | None, Reason]] = field(default_factory=list)
    failed: int = 0

    def add(self, task: FinishedTask) -> None:
        self.counts.update(task.counts)
        self.failed += task.counts.get("damaged", 0)
        for url, offset, reason in task.problems[: MAX_LISTED - len(self.problems)]:
            self.problems.append((task.file, url, offset, Reason.from_dict(reason)))

    def add_problem(self, file: str, reason: Reason) -> None:
        self.failed += 1
        if len(self.problems) < MAX_LISTED:
            self.problems.append((file, "", None, reason))


@contextmanager
def dask_client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Connect to a scheduler, or start one with local workers: one process for each core."""
    if scheduler is not None:
        with Client(scheduler, timeout="30s") as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def run_job(
    client: Any,
    folder: str,
    selection: ArchiveSelection,
    pieces: Iterable[Piece],
    progress: Progress = lambda done, total: None,
) -> JobResult:
    """Run the tasks that are not finished. Raise InputError if the folder holds another dataset."""
    dataset = DatasetFolder(folder)
    dataset.begin(selection.to_dict())
    planned = {piece.name: piece for piece in pieces}
    result = JobResult(tasks=len(planned))
    chain = PieceChain(list(planned.values()))
    again = _resume(dataset, selection.rules, planned, chain)
    result.skipped = len(chain.finished)
    left = [again.get(n, p) for n, p in planned.items() if n not in chain.finished]
    progress(result.skipped, result.tasks)
    for piece, reason in _run(client, folder, selection, left, chain, progress, result.tasks):
        result.add_problem(piece.file, reason)
    for name in planned:
        if (task := chain.finished.get(name)) is not None:
            result.add(task)
    _resolve_revisits(client, folder, selection, result)
    for task in dataset.finished().values():
        if is_revisit_task(task):
            result.add(task)
    return result


def _resume(
    dataset: DatasetFolder, rules: str, planned: dict[str, Piece], chain: PieceChain
) -> dict[str, Piece]:
    """Take over finished tasks. Return the pieces that must be read from another begin.

    Tasks of the same files that were planned otherwise, or whose file or rules changed since, are
    removed with their rows.
    """
    finished = dataset.finished()
    files = {piece.file for piece in planned.values()}
    for name, task in list(finished.items()):
        piece = planned.get(name)
        if piece is None and task.file not in files:
            continue  # of an earlier job into this dataset
        if piece is None or task.identity != piece.identity(rules):
            dataset.drop(finished.pop(name))
    dataset.remove_unfinished(finished)
    again: dict[str, Piece] = {}
    for name, piece in planned.items():
        if name in finished:
            again |= {p.name: p for p in chain.add(piece, finished[name])}
    return again


def _run(
    client: Any,
    folder: str,
    selection: ArchiveSelection,
    pieces: list[Piece],
    chain: PieceChain,
    progress: Progress,
    total: int,
) -> Iterator[tuple[Piece, Reason]]:
    """Run tasks. Yield those that failed, and why."""
    waiting = list(reversed(pieces))

    def submit() -> tuple[Any, Piece] | None:
        if not waiting:
            return None
        piece = waiting.pop()
        future = client.submit(
            extract_piece, folder, selection, selection.rules, piece,
            key=f"extract-{piece.name}-{piece.begins_at}", retries=MAX_RETRIES, pure=False,
        )  # fmt: skip
        return future, piece

    for piece, task in _results(client, submit):
        if isinstance(task, Reason):
            yield piece, task
        else:
            waiting.extend(chain.add(piece, task))
            progress(len(chain.finished), total)


def _resolve_revisits(
    client: Any, folder: str, selection: ArchiveSelection, result: JobResult
) -> None:
    """Run the second step (resolve_revisits.py)."""
    rules = selection.rules
    tasks = revisit_tasks(folder, rules)

    def submit() -> tuple[Any, FinishedTask] | None:
        task, chunk = next(tasks, (None, None))
        if task is None:
            return None
        future = client.submit(
            resolve_chunk, folder, selection, rules, task, chunk,
            key=f"{task.name}-{task.identity}", retries=MAX_RETRIES, pure=False,
        )  # fmt: skip
        return future, task

    for task, done in _results(client, submit):
        if isinstance(done, Reason):
            result.add_problem(task.name, done)


def _results(
    client: Any, submit: Callable[[], tuple[Any, Work] | None]
) -> Iterator[tuple[Work, FinishedTask | Reason]]:
    """Run tasks, a few for each worker at once. Yield what they were given, and how they ended.

    `submit` starts the next one and returns its future. It is asked again after each result.
    """
    running: dict[Any, Work] = {}
    done = as_completed()

    def start() -> None:
        while len(running) < most_at_once(client) and (started := submit()) is not None:
            running[started[0]] = started[1]
            done.add(started[0])

    start()
    for future in done:
        work = running.pop(future)
        yield work, task_result(future)
        future.release()
        start()


def task_result(future: Any) -> Any:
    """Return what a task returned, or why it did not. Raise InputError for OtherRules."""
    try:
        return future.result()
    except OtherRules as error:
        raise InputError(error.reason) from error
    except BadInput as error:
        return error.reason
    except KilledWorker as error:
        attempts = int(getattr(error, "allowed_failures", 0)) + 1
        return Reason(BulkReason.WORKERS_DIED, number=attempts)
    except Exception as error:  # a file that breaks our code does not stop the others
        return Reason(BulkReason.TASK_FAILED, error=f"{type(error).__name__}: {error}")


def most_at_once(client: Any) -> int:
    workers = len(client.scheduler_info(n_workers=-1)["workers"])
    return max(MIN_TASKS, TASKS_PER_WORKER * workers)
