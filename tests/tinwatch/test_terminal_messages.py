"""The command line's language, and events and reasons in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from storage.archive.errors import UnreadableRecord
from storage.reasons import Reason
from tinwatch.terminal import messages
from tinwatch.terminal.console import Exit, exit_on_error


@pytest.mark.parametrize(
    ("stated", "locale"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "vi", "TINWATCH_LANGUAGE": "en"}, "en"),
        ({"LANG": "fr_FR", "TINWATCH_LANGUAGE": "vi"}, "vi"),
        ({"LC_MESSAGES": "de_DE"}, "en"),
    ],
)
def test_language(monkeypatch: pytest.MonkeyPatch, stated: dict[str, str], locale: str) -> None:
    for name in messages.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in stated.items():
        monkeypatch.setenv(name, value)
    assert messages.terminal_locale() == locale


def test_reasons_and_events_of_json_rows_are_described(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = Reason("http_status", status=404)
    row = {"reason": "in English", "reason_code": "http_status", "reason_params": {"status": 404}}
    event = row | {"kind": "outage", "summary": "in English"}
    for language in messages.messages.LOCALES:
        monkeypatch.setenv("TINWATCH_LANGUAGE", language)
        assert messages.row_reason(row) == messages.reason_text(reason)
        assert messages.row_reason({"reason": "free text"}) == "free text"
    assert messages.row_event(event) == messages.reason_text(reason)


def test_damaged_record_names_its_file_and_offset(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as exited, exit_on_error():
        raise UnreadableRecord(Path("a.warc.gz"), 120, Reason("coding_broken", coding="br"))
    assert exited.value.exit_code == Exit.USAGE
    printed = capsys.readouterr().err
    assert "a.warc.gz" in printed
    assert "120" in printed
