"""Every reason has a sentence in both languages, made of the same parameters."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter
from string import Formatter

import pytest

from storage.messages import all_codes, describe, gettext, ngettext
from storage.reasons import Reason, ReasonCode
from tests.each import for_each

CODES = list(all_codes())


def forms(code: ReasonCode) -> tuple[str, ...]:
    return (code.message,) if isinstance(code.message, str) else code.message


def translated(code: ReasonCode) -> str:
    if isinstance(code.message, str):
        return gettext(code.message, "vi")
    return ngettext(*code.message, 2, "vi")


def names(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


@for_each("code", CODES)
def test_a_code_has_both_languages_with_the_same_parameters(code: ReasonCode) -> None:
    vietnamese = translated(code)
    assert vietnamese
    if any(c.isalpha() for c in "".join(text for text, *_ in Formatter().parse(forms(code)[-1]))):
        assert vietnamese not in forms(code)
    assert names(vietnamese) == names(forms(code)[-1])


def test_codes_are_unique() -> None:
    assert max(Counter(CODES).values()) == 1


def test_a_reason_is_stored_and_read_back() -> None:
    inner = Reason("http_status", status=404)
    reason = Reason("legacy_text", text=inner, list=[1, inner], none=None)
    back = Reason.from_json(reason.to_json())
    assert back == reason == pickle.loads(pickle.dumps(reason))
    assert hash(back) == hash(reason)
    assert back.params["list"] == (1, inner)
    assert reason != inner


@pytest.mark.parametrize("text", ["free text", "404", "{}", '{"code": 1, "params": {}}', "null"])
def test_other_text_is_legacy_text(text: str) -> None:
    assert Reason.from_json(text) == Reason("legacy_text", text=text)
    assert describe(Reason.from_json(text), "vi") == text


def test_a_code_of_a_newer_version_is_shown() -> None:
    assert "404" in describe(Reason("of_tomorrow", status=404))


def test_english_loads_no_babel() -> None:
    script = (
        "import sys; from storage.messages import describe; from storage.reasons import Reason; "
        "describe(Reason('timeout')); assert 'babel' not in sys.modules; "
        "describe(Reason('timeout'), 'vi'); assert 'babel' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
