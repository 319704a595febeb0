"""tinwatch evidence: a readable and verifiable folder."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from pipelines.items import ArticleMissing
from storage.articles.repository import set_status
from storage.checks.failed_checks import CheckOutcome, settle_checks
from storage.db.connection import transaction, utc_text
from storage.events.ledger import add_pending_event, publish_run
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import set_verdict
from tinwatch.commands.app import app
from tinwatch.reports import atomic_files
from tinwatch.reports.article_history import history_as_json

if TYPE_CHECKING:
    from tests.conftest import Watcher
    from tests.tinwatch.conftest import Page

Day = Callable[[float], datetime]
Parser = Callable[[str], "Page"]
URL = "https://alpha.vn/bai-1.html"
RAW = b"<html><script>steal()</script>trang</html>"
FILES = {
    "article.json", "article.txt", "captures.warc.gz", "index.html", "sha256sums.txt",
    "timeline.json",
}  # fmt: skip


def call(watcher: Watcher, *words: object) -> tuple[int, str, str]:
    home = ["--home", str(watcher.home.path)]
    done = CliRunner().invoke(app, ["evidence", *map(str, words), *home])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def removed(watcher: Watcher, day: Day, hostile: str) -> Watcher:
    """An article that was read once, then missed on three nights, and is removed."""
    for night, (status, body) in enumerate([(200, RAW), *[(404, b"gone")] * 3]):
        recorder = watcher.begin(at=day(night))
        capture = recorder.captures.write_response(URL, day(night), status, "X", [], body)
        if status == 200:
            read = watcher.read(at=day(night), title=f"Tựa {hostile}", body=["Đoạn một.", hostile])
            read.capture = capture
            recorder.record(read)
        else:
            why = Reason("legacy_text", text=f"answered 404 {hostile}")
            recorder.record(
                ArticleMissing(1, URL, CheckOutcome.NOT_FOUND, why, capture, day(night))
            )
        recorder.finish(RunStats(), listings_complete=True)
        recorder.captures.close()
    with transaction(watcher.db):
        for run in watcher.runs:
            settle_checks(watcher.db, run)
            set_verdict(watcher.db, run, "passed", None)
        set_status(watcher.db, 1, "removed", utc_text(day(3)))
        add_pending_event(watcher.db, run, "alpha", "removed", day(3), f"mất {hostile}", 1)
        for run in watcher.runs:
            publish_run(watcher.db, run)
    return watcher


def test_evidence_of_a_takedown(removed: Watcher, tmp_path: Path) -> None:
    folder = tmp_path / "proof" / "1"
    code, out, err = call(removed, URL, "-o", folder)
    assert (code, err) == (0, "")
    assert "6 files written to" in out
    assert set(os.listdir(folder)) == FILES
    done = subprocess.run(["sha256sum", "-c", "sha256sums.txt"], cwd=folder, check=True,
                          capture_output=True, text=True)  # fmt: skip
    assert done.stdout.count(": OK") == len(FILES) - 1
    with (folder / "captures.warc.gz").open("rb") as file:
        bodies = [
            (r.rec_type, r.http_headers.get_statuscode(), r.content_stream().read())
            for r in ArchiveIterator(file, check_digests="raise")
        ]
    assert bodies == [
        ("response", "200", RAW), ("response", "404", b"gone"),
        ("revisit", "404", b""), ("revisit", "404", b""),
    ]  # fmt: skip
    assert "Đoạn một." in (folder / "article.txt").read_text("utf-8")
    article = json.loads((folder / "article.json").read_text("utf-8"))
    assert (article["status"], article["body"][0]["text"]) == ("removed", "Đoạn một.")
    output = json.loads((folder / "timeline.json").read_text("utf-8"))
    assert [line["what"] for line in output["timeline"]] == [
        "first seen", "revision 1", "new", "last seen", "missed", "missed", "missed", "removed",
    ]  # fmt: skip
    assert len(output["captures"]) == 4


def test_history_names_the_checks_before_the_takedown(removed: Watcher) -> None:
    history = [entry["what"] for entry in history_as_json(removed.db, 1)]
    assert history == ["revision 1", "new", "missed", "missed", "missed", "removed"]


def test_page_has_text_status_and_checksums_and_no_script(
    removed: Watcher, tmp_path: Path, parsed: Parser
) -> None:
    call(removed, 1, "-o", tmp_path / "x")
    text = (tmp_path / "x" / "index.html").read_text("utf-8")
    shown = parsed(text)
    shown.assert_harmless()
    assert "The article was taken down." in shown.text
    assert "steal()" not in shown.text  # what was captured is not shown
    assert shown.text.count("<script>alert(1)</script>") >= 3
    assert not set(text) & set("\x1b\u202e")
    for said in ("Đoạn một.", "08/04/2025 01:30", "3 failed checks", "sha256sum -c"):
        assert said in shown.text
    assert hashlib.sha256(RAW).hexdigest() in shown.text
    assert hashlib.sha256(b"gone").hexdigest() in shown.text


def test_evidence_is_reproducible(removed: Watcher, tmp_path: Path) -> None:
    for name in ("a", "b"):
        call(removed, 1, "-o", tmp_path / name)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_json_lists_the_files(removed: Watcher, tmp_path: Path) -> None:
    rows = [json.loads(x) for x in call(removed, 1, "-o", tmp_path / "x", "--json")[1].splitlines()]
    assert {row["file"] for row in rows} == FILES
    for row in rows:
        content = (tmp_path / "x" / row["file"]).read_bytes()
        assert row["bytes"] == len(content)
        assert row["sha256"] == hashlib.sha256(content).hexdigest()


def test_article_without_captures_has_no_warc_file(watcher: Watcher, tmp_path: Path) -> None:
    watcher.batch(watcher.read(captions=["Ảnh chụp."]))
    code, out, _ = call(watcher, 1, "-o", tmp_path / "x")
    assert code == 0
    assert "no WARC file" in out
    assert set(os.listdir(tmp_path / "x")) == FILES - {"captures.warc.gz"}
    assert "There is no capture of this article" in (tmp_path / "x/index.html").read_text("utf-8")


def test_non_empty_folder_is_refused(removed: Watcher, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert call(removed, 1, "-o", empty)[0] == 0
    code, out, err = call(removed, 1, "-o", empty)
    assert (code, out) == (2, "")
    assert "is not empty" in " ".join(err.split())
    (tmp_path / "file").write_text("x", "utf-8")
    assert call(removed, 1, "-o", tmp_path / "file")[0] == 2
    assert call(removed, 99, "-o", tmp_path / "y")[0] == 2
    assert call(removed, 1)[0] == 2
    assert not (tmp_path / "y").exists()


def test_damaged_archive_is_an_error(removed: Watcher, tmp_path: Path) -> None:
    for file in removed.home.captures.rglob("*.warc.gz"):
        file.write_bytes(b"\0" * 10_000)
    code, _, err = call(removed, 1, "-o", tmp_path / "x")
    assert (code, "was the file changed?" in " ".join(err.split())) == (2, True)
    assert not (tmp_path / "x").exists()


def test_full_disk_leaves_no_folder(
    removed: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: object) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(os.listdir(tmp_path))
    monkeypatch.setattr(atomic_files.os, "fsync", full)
    assert call(removed, 1, "-o", tmp_path / "x")[0] == 3
    assert sorted(os.listdir(tmp_path)) == before


def test_evidence_of_a_takedown_that_came_back(
    removed: Watcher, tmp_path: Path, day: Day, parsed: Parser, hostile: str
) -> None:
    """The last text, the checks that missed it and the return are in the folder and on its page."""
    for night in (4, 5):  # the return is the first of the two
        recorder = removed.begin(at=day(night))
        capture = recorder.captures.write_response(URL, day(night), 200, "X", [], b"%d" % night)
        read = removed.read(at=day(night), title=f"Tựa {hostile}", body=["Đoạn một.", hostile])
        read.capture = capture
        recorder.record(read)
        recorder.finish(RunStats(), listings_complete=True)
        recorder.captures.close()
    with transaction(removed.db):
        set_status(removed.db, 1, "live", utc_text(day(4)))
        run = removed.runs[-2]
        add_pending_event(removed.db, run, "alpha", "restored", day(4), "trở lại", 1)
        for each in removed.runs[-2:]:
            set_verdict(removed.db, each, "passed", None)
            publish_run(removed.db, each)
    assert call(removed, 1, "-o", tmp_path / "x")[0] == 0
    output = json.loads((tmp_path / "x" / "timeline.json").read_text("utf-8"))
    proofs = {one["at"][:10]: one["proves"] for one in output["captures"]}
    first, *missed, back, last = (utc_text(day(night))[:10] for night in range(6))
    assert proofs == {
        first: "last text", **dict.fromkeys(missed, "failed check"), back: "returned",
        last: "last seen",
    }  # fmt: skip
    assert [e["what"] for e in output["timeline"]].index("restored") > 0
    with (tmp_path / "x" / "captures.warc.gz").open("rb") as file:
        bodies = [r.content_stream().read() for r in ArchiveIterator(file, check_digests="raise")]
    assert {RAW, b"gone", b"4", b"5"} <= set(bodies)
    shown = parsed((tmp_path / "x" / "index.html").read_text("utf-8")).text
    assert "It was taken down on 11/04/2025 01:30 and could be read again on 12/04" in shown


@pytest.fixture
def edited(watcher: Watcher, day: Day) -> Watcher:
    """An article that was edited, missed and read again."""
    pages = [(200, "Giá 857 đồng."), (200, "Giá 875 đồng."), (404, ""), (200, "Giá 875 đồng.")]
    for night, (status, text) in enumerate(pages):
        recorder = watcher.begin(at=day(night))
        body = f"<p>{text}</p><!-- {night} -->".encode()
        capture = recorder.captures.write_response(URL, day(night), status, "X", [], body)
        if text:
            read = watcher.read(at=day(night), body=[text])
            read.capture = capture
            recorder.record(read)
        else:
            why = Reason("http_status", status=404)
            missing = ArticleMissing(1, URL, CheckOutcome.NOT_FOUND, why, capture, day(night))
            recorder.record(missing)
        recorder.finish(RunStats(), listings_complete=True)
        recorder.captures.close()
        with transaction(watcher.db):
            settle_checks(watcher.db, watcher.runs[-1])
    return watcher


def test_evidence_of_an_edit_has_both_texts_with_their_captures(
    edited: Watcher, tmp_path: Path, parsed: Parser
) -> None:
    folder = tmp_path / "x"
    assert call(edited, 1, "-o", folder)[0] == 0
    assert "857" in (folder / "revisions" / "1.txt").read_text("utf-8")
    assert "875" in (folder / "revisions" / "2.txt").read_text("utf-8")
    assert "[-857-] {+875+}" in (folder / "changes" / "1-2.txt").read_text("utf-8")
    shown = parsed((folder / "index.html").read_text("utf-8"))
    shown.assert_harmless()
    assert "Change from revision 1 to 2" in shown.text
    captures = json.loads((folder / "timeline.json").read_text("utf-8"))["captures"]
    assert [(one["proves"], one["http_status"]) for one in captures] == [
        ("earlier text", 200), ("last text", 200), ("returned", 200), ("failed check", 404),
    ]  # fmt: skip
    with (folder / "captures.warc.gz").open("rb") as file:
        bodies = [r.content_stream().read() for r in ArchiveIterator(file, check_digests="raise")]
    assert all(any(f"<!-- {n} -->".encode() in body for body in bodies) for n in range(4))
