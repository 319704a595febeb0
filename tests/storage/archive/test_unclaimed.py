"""What no run of the journal wrote is of a run that never ended, or of one whose line is lost."""

from __future__ import annotations

from typing import Any

from storage.archive.unclaimed import Part, unclaimed_parts

LOST = {"line": "lost"}
DAYS = ["alpha/2025-04-07.warc.gz", "alpha/2025-04-08.warc.gz", "alpha/2025-04-09.warc.gz"]
SIZES = dict.fromkeys(DAYS, 100)


def run(name: str, start: int = 0, end: int = 100) -> dict[str, Any]:
    return {"line": "run", "wrote": {name: [start, end]}}


def spans(parts: list[Part]) -> list[tuple[str, int, int | None]]:
    return [(part.name, part.start, part.end) for part in parts]


def test_complete_journal_leaves_nothing() -> None:
    found = unclaimed_parts(SIZES, [run(day) for day in DAYS])
    assert (found.older, found.lost, found.interrupted, found.left) == ([], {}, {}, [])


def test_file_before_the_first_run_is_older_than_the_journal() -> None:
    assert spans(unclaimed_parts(SIZES, [run(d) for d in DAYS[1:]]).older) == [(DAYS[0], 0, None)]
    assert len(unclaimed_parts(SIZES, []).older) == 3


def test_part_before_a_run_counts_to_it() -> None:
    lines = [run(DAYS[0], 0, 60), run(DAYS[2], 30)]
    found = unclaimed_parts(SIZES, lines)
    assert list(found.interrupted) == [1]
    assert spans(found.interrupted[1]) == [
        (DAYS[0], 60, None), (DAYS[1], 0, None), (DAYS[2], 0, 30)
    ]  # fmt: skip


def test_part_behind_the_last_run_is_left() -> None:
    assert spans(unclaimed_parts(SIZES, [run(DAYS[0]), run(DAYS[1], 0, 40)]).left) == [
        (DAYS[1], 40, None), (DAYS[2], 0, None)
    ]  # fmt: skip


def test_part_at_a_lost_line_is_of_the_run_of_that_line() -> None:
    found = unclaimed_parts(SIZES, [run(DAYS[0]), LOST, run(DAYS[2])])
    assert spans(found.lost[1]) == [(DAYS[1], 0, None)]
    found = unclaimed_parts(SIZES, [LOST, LOST, LOST])
    assert [spans(found.lost[gap]) for gap in range(3)] == [[(day, 0, None)] for day in DAYS]


def test_lost_line_elsewhere_claims_nothing() -> None:
    found = unclaimed_parts(SIZES, [LOST, run(DAYS[0]), run(DAYS[2]), LOST])
    assert not found.lost
    assert spans(found.interrupted[2]) == [(DAYS[1], 0, None)]


def test_sites_do_not_mix() -> None:
    sizes = SIZES | {"beta/2025-04-08.warc.gz": 50}
    found = unclaimed_parts(sizes, [*map(run, DAYS), run("beta/2025-04-08.warc.gz", 0, 20)])
    assert spans(found.left) == [("beta/2025-04-08.warc.gz", 20, None)]
