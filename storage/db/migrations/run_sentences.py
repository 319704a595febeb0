"""Sentences that versions up to 0.1.0 stored about runs, batches and jobs, as reasons.

Frozen: used by migrations and by the rebuild of a database from a journal of that time. A sentence
that no pattern matches becomes the code "legacy_text".
"""

from __future__ import annotations

import json
import re
from typing import Any

Data = dict[str, Any]  # {"code": ..., "params": {...}}
MAX_SENTENCE_CHARS = 2000  # a longer one quotes a hostile page and stays text

_SENTENCES = (
    ("ended early: {reason}", "ended_early"),
    ("no request was made", "no_requests"),
    ("no answer came from the site", "no_responses"),
    ("no listing could be read", "no_listing_read"),
    ("the listings hold no link to an article", "no_article_links"),
    ("{number} of {total} requests lead to {host}", "requests_redirected"),
    ("{number} of {total} pages are login or block pages", "block_pages"),
    ("{number} of {total} known articles did not answer", "articles_missing"),
    ("{number} of {total} pages could not be fetched", "pages_not_fetched"),
    (
        "{number} of {total} pinned pages read otherwise: {pages} and {more} more",
        "more_canaries_changed",
    ),
    ("{number} of {total} pinned pages reads otherwise: {pages}", "canaries_changed"),
    ("{number} of {total} pinned pages read otherwise: {pages}", "canaries_changed"),
    ("{number} of {total} pages have neither title nor text any more", "empty_pages"),
    ("{number} of {total} pages could not be read", "pages_unreadable"),
    ("the site's rules found nothing on {number} of {total} pages", "selectors_found_nothing"),
    ("fields are gone: {fields}", "fields_gone"),
    ("fields are missing: {fields}", "fields_rare"),
    ("{field} on {after} of the pages, {before} before", "field_share"),
    ("{field} is broken on {number} of {total} pages", "field_broken"),
    ("the same text was added to {number} articles: “{quote}”", "text_added"),
    ("the same text was removed from {number} articles: “{quote}”", "text_removed"),
    (
        "{number} of {total} rechecked articles read otherwise; "
        "{usual_share} did on earlier nights",
        "mass_edit",
    ),
    ("too few: {number} new articles; {usual} are usual on such a day", "too_few_new"),
    ("too many: {number} new articles; {usual} are usual on such a day", "too_many_new"),
    ("stopped by hand", "stopped_by_hand"),
    ("not begun: stopped by hand", "not_started"),
    ("took longer than {minutes} minutes", "time_limit"),
    ("the host asks to come back in {seconds} seconds", "retry_after_too_long"),
    ("cannot write captures: {error}", "captures_not_written"),
    ("cannot store what was read: {error}", "not_stored"),
    ("robots.txt cannot be read: answered {status}", "robots_unreadable"),
    ("the replay files hold no page of it", "not_in_replay"),
    ("an archive: {note}", "archive"),
    (
        "its process did not end well after more than {minutes} minutes: {reason}",
        "process_time_limit",
    ),
    ("its process did not end well: {reason}", "process_failed"),
    ("exit code {exit_code}: {stderr}", "exit_code_said"),
    ("exit code {exit_code}", "exit_code"),
    ("was killed by signal {signal}: {stderr}", "killed_said"),
    ("was killed by signal {signal}", "killed"),
    ("too late to make up for it", "job_too_late"),
    ("not begun", "job_not_started"),
    ("{url} ({reason})", "canary"),
    ("reads otherwise", "reads_otherwise"),
    ("{type}: {message}", "exception"),
)
_INTEGERS = (
    "number", "total", "more", "minutes", "seconds", "status", "exit_code", "signal",
)  # fmt: skip
_SHARES = ("after", "before", "usual_share")
_FORMS = {
    **dict.fromkeys(_INTEGERS, r"\d+"),
    **dict.fromkeys(_SHARES, r"\d+%"),
    "usual": r"[\d.e+]+",
    "field": r"\w+",
    "host": r"\S+",
    "url": r"https?://\S+",
    "type": r"[A-Za-z_]*(?:Error|Exception|Interrupt|Exit|Timeout)",
}


def reason_of(sentence: str) -> Data:
    """The reason that a stored sentence states."""
    for pattern, code in _PATTERNS if len(sentence) <= MAX_SENTENCE_CHARS else ():
        found = pattern.fullmatch(sentence)
        if found:
            params = dict(_param(name, text) for name, text in found.groupdict().items())
            return {"code": code, "params": params}
    return {"code": "legacy_text", "params": {"text": sentence}}


def as_json(reason: Data) -> str:
    """A reason as it is stored."""
    return json.dumps(reason, ensure_ascii=False, sort_keys=True)


def _param(name: str, text: str) -> tuple[str, Any]:
    if name in _SHARES:
        return name.partition("_")[0], int(text.rstrip("%")) / 100
    if name in _INTEGERS:
        return name, int(text)
    if name == "usual":
        return name, float(text)
    if name == "reason":
        return name, reason_of(text)
    if name == "fields":
        return name, [reason_of(part) for part in text.split("; ")]
    if name == "pages":
        return name, [reason_of(part) for part in re.split(r", (?=https?://)", text)]
    return name, text


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", sentence)  # text, name, text, name, text
    pattern = re.escape(pieces[0])
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        pattern += f"(?P<{name}>{_FORMS.get(name, '.+')}){re.escape(text)}"
    return re.compile(pattern, re.DOTALL)


_PATTERNS = [(_pattern(sentence), code) for sentence, code in _SENTENCES]
