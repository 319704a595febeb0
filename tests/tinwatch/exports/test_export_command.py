"""tinwatch export: what is chosen, where it goes, and going on where the last one ended."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storage.exports.registry import Format
from storage.exports.selection import Selection
from tinwatch.commands.export_formats import FORMATS

if TYPE_CHECKING:
    from tests.tinwatch.exports.conftest import Exporter


def rows(exporter: Exporter, *options: str) -> list[dict[str, Any]]:
    done = exporter("jsonl", *options)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_standard_output_has_only_rows(demo: Exporter) -> None:
    done = demo("jsonl")
    assert len(done.stdout.splitlines()) == 68
    assert "68 articles, 68 rows as jsonl; later changes: --since-event 73" in done.stderr


def test_unknown_format_lists_the_formats(demo: Exporter) -> None:
    done = demo("xls")
    assert done.exit_code == 2
    assert "no format xls; use: csv, xlsx, jsonl" in done.output


def test_export_filters(demo: Exporter) -> None:
    assert {row["site"] for row in rows(demo, "--site", "haugiang")} == {"haugiang"}
    former = rows(demo, "--former-province", "Hậu Giang")
    assert {row["province"] for row in former} == {"hau-giang"}
    now = rows(demo, "--province", "Cần Thơ")
    assert {row["province_now"] for row in now} == {"can-tho"}
    assert len(now) > len(former) > 0
    assert demo("jsonl", "--site", "nowhere").exit_code == 2


def test_query_matches_like_search(demo: Exporter) -> None:
    found = rows(demo, "title:chi bộ", "site:haugiang")
    assert 0 < len(found) < 9
    assert all("chi bo" in row["title_folded"] for row in found)
    assert rows(demo, "chi bộ", "site:haugiang", "--site", "laocai") == []
    done = demo("jsonl", "((")
    assert done.exit_code == 2
    assert done.stdout == ""


def test_since_event_exports_later_changes(demo: Exporter) -> None:
    since = 40
    later = {row["id"] for row in rows(demo, "--since-event", str(since))}
    assert len(later) == demo.value(
        f"SELECT count(DISTINCT article) FROM events WHERE id > {since} AND article IS NOT NULL"
    )
    said = re.search(r"--since-event (\d+)", demo("jsonl").stderr)
    assert said
    assert int(said[1]) == demo.value("SELECT max(id) FROM events")
    assert rows(demo, "--since-event", said[1]) == []


def test_export_and_later_changes_cover_all_articles(own_demo: Exporter) -> None:
    """Rows of the second export stand for those of the first with the same id."""
    whole = {row["id"]: row for row in rows(own_demo)}
    changed = {row["id"]: row for row in rows(own_demo, "--since-event", "40")}
    assert changed.items() <= whole.items()
    first = {i: row for i, row in whole.items() if i not in changed}
    assert first | changed == whole


@pytest.mark.parametrize("form", [f.name for f in FORMATS.values() if f.shape == "folder"])
def test_folder_format_needs_a_new_folder(demo: Exporter, form: str) -> None:
    done = demo(form)
    assert done.exit_code == 2
    assert f"{form} needs -o" in done.output
    (demo.folder / "kept").mkdir()
    (demo.folder / "kept" / "mine.txt").write_text("mine")
    done = demo(form, "-o", str(demo.folder / "kept"))
    assert done.exit_code == 2
    assert "is not empty" in done.output
    assert (demo.folder / "kept" / "mine.txt").read_text() == "mine"


def test_output_in_a_missing_folder_is_refused(demo: Exporter) -> None:
    done = demo("csv", "-o", str(demo.folder / "none" / "a.csv"))
    assert done.exit_code == 2
    assert "there is no folder" in done.output


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_interrupted_export_leaves_no_file(
    demo: Exporter, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(chosen: Selection, to: Any) -> int:
        written = to / "half.bin" if form.shape == "folder" else to
        if isinstance(written, Path):
            written.write_bytes(b"half")
        else:
            written.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Format, "writer", lambda self: breaks)
    old = demo.folder / "made"
    if form.shape != "folder":
        old.write_text("the export before")
    done = demo(form.name, "-o", str(old))
    assert done.exit_code == 3
    assert "No space left" in done.output
    assert old.read_text() == "the export before" if form.shape != "folder" else not old.exists()
    assert list(demo.folder.iterdir()) == ([old] if old.exists() else [])


@pytest.mark.parametrize("form", FORMATS)
def test_export_does_not_change_the_database(own_demo: Exporter, form: str) -> None:
    before = (own_demo.home / "tinwatch.db").read_bytes()
    own_demo.file(form, *(["--revisions"] if FORMATS[form].of_articles else []))
    assert (own_demo.home / "tinwatch.db").read_bytes() == before


def test_gexf_refuses_revisions(demo: Exporter) -> None:
    done = demo("gexf", "--revisions", "-o", str(demo.folder / "made.gexf"))
    assert done.exit_code == 2
    assert "does not take --revisions" in done.stderr
    assert not list(demo.folder.iterdir())


@pytest.mark.parametrize("form", sorted(FORMATS.keys() - {"tei"}))  # TEI has no empty corpus
def test_empty_export_is_well_formed(demo: Exporter, form: str) -> None:
    done = demo(form, "--since-event", "999999", "-o", str(demo.folder / "none"))
    assert done.exit_code == 0, done.output
    assert (demo.folder / "none").exists()
    assert "0 articles" in done.stderr
