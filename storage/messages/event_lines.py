"""One line of text per event, made from its kind and the keys of its detail.

The stored summary is used for events of old versions that lack the keys of their line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from storage.messages.catalogues import gettext, ngettext
from storage.messages.describing import describe
from storage.messages.labels import LABELS, label
from storage.reasons import LEGACY_TEXT, Reason
from storage.timezone import local_time

Detail = dict[str, Any]
MAX_FACTS = 3  # changed names, numbers and dates that a line lists


class LocalizedText(NamedTuple):
    """A text and the language it is in."""

    text: str
    lang: str


def event_line(kind: str, detail: Detail, summary: str, locale: str) -> LocalizedText:
    """Return the line of an event. `summary`: the stored one, of a new article its title."""
    if kind == "new":
        return LocalizedText(summary, "vi")
    make_line = _LINES.get(kind)
    try:
        if make_line is not None:
            return LocalizedText(make_line(detail, locale), locale)
    except KeyError:  # a key that this event does not have
        pass
    return reason_text(detail.get("reason") or summary, locale)


def event_text(kind: str, detail: Detail, summary: str, locale: str) -> str:
    """Return an event as one line; in English the summary stored with it."""
    return summary if locale == "en" else event_line(kind, detail, summary, locale).text


def missing_line(outcome: str, detail: Reason | str, locale: str) -> LocalizedText:
    """Return why a check failed: the label of the outcome, or else the detail."""
    if outcome in LABELS["check_outcome"]:
        return LocalizedText(label("check_outcome", outcome, locale), locale)
    return reason_text(detail, locale)


def reason_text(reason: Reason | dict[str, Any] | str, locale: str) -> LocalizedText:
    """Return a reason, its JSON data or its stored text as a sentence. Free text is English."""
    if isinstance(reason, str):
        reason = Reason.from_json(reason)
    elif isinstance(reason, dict):
        reason = Reason.from_dict(reason)
    return LocalizedText(describe(reason, locale), "en" if reason.code == LEGACY_TEXT else locale)


def _edited(detail: Detail, locale: str) -> str:
    fields = ", ".join(label("field", field, locale).lower() for field in detail["changed"])
    facts = [
        fact for kind in ("names", "numbers", "dates") for fact in detail["facts"].get(kind, [])
    ]
    parts = [
        gettext("edited: {fields}", locale).format(fields=fields),
        *(_fact(fact, locale) for fact in facts[:MAX_FACTS]),
        *_syllables(detail["syllables_added"], detail["syllables_removed"], locale),
    ]
    if "reverts_to" in detail:
        reverted = gettext("reverted to revision {number}", locale)
        parts.insert(0, reverted.format(number=detail["reverts_to"]))
    return "; ".join(parts)


def _syllables(added: int, removed: int, locale: str) -> list[str]:
    """Return how much was added and removed; nothing for an edit of a date, say."""
    more = ngettext("{number} syllable added", "{number} syllables added", added, locale)
    fewer = ngettext("{number} syllable removed", "{number} syllables removed", removed, locale)
    parts = [text.format(number=n) for text, n in ((more, added), (fewer, removed)) if n]
    return [", ".join(parts)] if parts else []


def _fact(fact: dict[str, str | None], locale: str) -> str:
    if not fact["old"]:
        return gettext("added “{new}”", locale).format(new=fact["new"])
    if not fact["new"]:
        return gettext("removed “{old}”", locale).format(old=fact["old"])
    return gettext("“{old}” became “{new}”", locale).format(old=fact["old"], new=fact["new"])


def _moved(detail: Detail, locale: str) -> str:
    return gettext("now at {url}", locale).format(url=detail["to_url"])


def _removed(detail: Detail, locale: str) -> str:
    number = detail["checks"]
    checks = ngettext("{number} failed check", "{number} failed checks", number, locale)
    since = gettext("missing since {when}", locale).format(when=local_time(detail["first_missed"]))
    outcome = label("check_outcome", detail["outcome"], locale)
    return "; ".join([outcome, checks.format(number=number), since])


def _restored(detail: Detail, locale: str) -> str:
    return gettext("the article can be read at its address again", locale)


def _reposted(detail: Detail, locale: str) -> str:
    return gettext("copied from {site}: {url}", locale).format(
        site=detail["original_site"], url=detail["original_url"]
    )


def _corrected(detail: Detail, locale: str) -> str:
    line = gettext("event {event} ({kind}) no longer holds: an older capture shows more", locale)
    kind = label("event_kind", detail["corrected_kind"], locale).lower()
    return line.format(event=detail["corrects"], kind=kind)


def _story_merged(detail: Detail, locale: str) -> str:
    return gettext("story {other} was merged into story {story}", locale).format(
        other=detail["merged_story"], story=detail["story"]
    )


def _story_split(detail: Detail, locale: str) -> str:
    return gettext("no longer the text of story {story}", locale).format(story=detail["story"])


def _recovered(detail: Detail, locale: str) -> str:
    return gettext("the site answers again", locale)


def _redesign(detail: Detail, locale: str) -> str:
    shares = [
        gettext("{field} found on {before}% of pages, now on {after}%", locale).format(
            field=label("field", field, locale).lower(),
            before=round(100 * coverage["before"]),
            after=round(100 * coverage["after"]),
        )
        for field, coverage in detail["coverage"].items()
        if coverage["after"] < coverage["before"]
    ]
    if not shares:
        raise KeyError("coverage")  # another sign of a redesign: the reason says which
    return "; ".join([gettext("the template changed", locale), *shares])


def _silent(detail: Detail, locale: str) -> str:
    if detail["why"] == "not_read":
        return gettext("no run passed on {days} days in a row", locale).format(days=detail["days"])
    return gettext("no new article for {days} days; usually at most {usual}", locale).format(
        days=detail["days"], usual=detail["usual_days"]
    )


def _domain_moved(detail: Detail, locale: str) -> str:
    return gettext("{number} of {asked} requests redirect to {host}", locale).format(
        number=detail["redirected"], asked=detail["asked"], host=detail["to_host"]
    )


_LINES: dict[str, Callable[[Detail, str], str]] = {
    "edited": _edited,
    "moved": _moved,
    "removed": _removed,
    "restored": _restored,
    "reposted": _reposted,
    "corrected": _corrected,
    "story_merged": _story_merged,
    "story_split": _story_split,
    "recovered": _recovered,
    "redesign": _redesign,
    "silent": _silent,
    "domain_moved": _domain_moved,
}
