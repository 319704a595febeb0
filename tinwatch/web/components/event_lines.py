"""What events say, worded anew for a reader of Vietnamese from their kind and their keys.

The ledger keeps one line of English with each event. Where an event has no keys to word it from
(an outage, or one that an old version wrote), that line is told as a sentence (sentences.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from storage.events.ledger import Event
from tinwatch.terminal.console import local_time
from tinwatch.web.sentences import sentence_told
from tinwatch.web.words import Told, say, words

Detail = dict[str, Any]
Say = Callable[..., str]
FACTS = 3  # changed names, numbers and dates that a line names


def told(event: Event, language: str) -> Told:
    """The line of an event, in this language where it can be."""
    if event.kind == "new":
        return Told(event.summary, "vi")  # the title
    return _told(event.kind, event.detail, event.summary, language)


def edit_told(detail: Detail, summary: str, language: str) -> Told:
    """The same of an edit that is no event: `detail` as pipelines.changes.classify gives it."""
    return _told("edited", detail, summary, language)


def miss_told(outcome: str, detail: str, language: str) -> Told:
    """What a check met that did not find its article: in English all, else the sort of it."""
    key = f"outcome_{outcome.replace(' ', '_')}"
    if language == "en" or key not in words():
        return sentence_told(detail, language)
    return Told(say(language, key), language)


def _told(kind: str, detail: Detail, summary: str, language: str) -> Told:
    wording = _WORDINGS.get(kind)
    if language == "en" or wording is None:
        return sentence_told(summary, language)
    try:
        return Told(wording(partial(say, language), detail), language)
    except KeyError:  # a key that this event does not have
        return sentence_told(summary, language)


def _edited(t: Say, detail: Detail) -> str:
    fields = ", ".join(t(f"field_{field}").lower() for field in detail["changed"])
    facts = [
        fact for kind in ("names", "numbers", "dates") for fact in detail["facts"].get(kind, [])
    ]
    parts = [t("told_fields", fields=fields), *(_fact(t, fact) for fact in facts[:FACTS])]
    added, removed = detail["syllables_added"], detail["syllables_removed"]
    parts.append(t("told_syllables", added=added, removed=removed))
    if "reverts_to" in detail:
        parts.insert(0, t("reverted", number=detail["reverts_to"]))
    return "; ".join(parts)


def _fact(t: Say, fact: dict[str, str | None]) -> str:
    if not fact["old"]:
        return t("told_added", new=fact["new"])
    if not fact["new"]:
        return t("told_gone", old=fact["old"])
    return t("told_became", old=fact["old"], new=fact["new"])


def _moved(t: Say, detail: Detail) -> str:
    return t("told_moved", url=detail["to_url"])


def _removed(t: Say, detail: Detail) -> str:
    sign = t(f"outcome_{detail['outcome'].replace(' ', '_')}")
    since = t("missed_since", when=local_time(detail["first_missed"]))
    return "; ".join([sign, t("checks", number=detail["checks"]), since])


def _restored(t: Say, detail: Detail) -> str:
    return t("told_restored")


def _reposted(t: Say, detail: Detail) -> str:
    return t("told_reposted", site=detail["original_site"], url=detail["original_url"])


def _merged(t: Say, detail: Detail) -> str:
    return t("told_merged", other=detail["merged_story"], story=detail["story"])


def _split(t: Say, detail: Detail) -> str:
    return t("told_split", story=detail["story"])


def _recovered(t: Say, detail: Detail) -> str:
    return t("told_recovered")


def _redesign(t: Say, detail: Detail) -> str:
    shares = [
        t(
            "told_coverage",
            field=t(f"field_{field}").lower(),
            before=round(100 * c["before"]),
            after=round(100 * c["after"]),
        )
        for field, c in detail["coverage"].items()
        if c["after"] < c["before"]
    ]
    if not shares:
        raise KeyError("coverage")  # the sign was another one: the line says which
    return "; ".join([t("told_redesign"), *shares])


def _silent(t: Say, detail: Detail) -> str:
    if detail["why"] == "not_read":
        return t("told_not_read", days=detail["days"])
    return t("told_nothing_new", days=detail["days"], usual=detail["usual_days"])


def _domain_moved(t: Say, detail: Detail) -> str:
    redirected, asked = detail["redirected"], detail["asked"]
    return t("told_domain", number=redirected, asked=asked, host=detail["to_host"])


_WORDINGS: dict[str, Callable[[Say, Detail], str]] = {
    "edited": _edited,
    "moved": _moved,
    "removed": _removed,
    "restored": _restored,
    "reposted": _reposted,
    "story_merged": _merged,
    "story_split": _split,
    "recovered": _recovered,
    "redesign": _redesign,
    "silent": _silent,
    "domain_moved": _domain_moved,
}
