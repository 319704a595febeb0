"""Whether the pieces of a file fit together: each begins where the one before it ended.

A piece in the middle of a file looks for the first thing that looks like a record. That may be a
part of another one: an archive that was archived. The piece before it has read up to the true
begin, so a piece that began elsewhere is read again from there. The first piece begins at the
begin of the file. So the records are those that one process reads from begin to end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from storage.bulk.dataset import FinishedTask
from storage.bulk.pieces import Piece


class PieceChain:
    """The pieces of all files, and the tasks that have finished."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.finished: dict[str, FinishedTask] = {}
        self._files: dict[tuple[str, int], list[Piece]] = defaultdict(list)
        self._checked: dict[tuple[str, int], tuple[int, int]] = {}  # number of pieces, next record
        for piece in pieces:
            if not piece.records:
                self._files[piece.file, piece.base].append(piece)

    def add(self, piece: Piece, task: FinishedTask) -> Iterator[Piece]:
        """Add a finished task. Yield the pieces that must be read again."""
        self.finished[task.name] = task
        if not piece.records:
            yield from self._check((piece.file, piece.base))

    def _check(self, file: tuple[str, int]) -> Iterator[Piece]:
        pieces = self._files[file]
        number, begins_at = self._checked.get(file, (0, pieces[0].start))
        while number < len(pieces):
            piece = pieces[number]
            task = self.finished.get(piece.name)
            if task is None:
                break
            expected = begins_at if begins_at < piece.end else None
            if task.first != expected:
                del self.finished[piece.name]
                yield replace(piece, begins_at=begins_at)
                break
            begins_at = begins_at if task.first is None else task.next
            number += 1
        self._checked[file] = number, begins_at
