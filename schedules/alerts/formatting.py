"""One event as text: what, where, the exact words that changed, and where to look.

Functions take the locale of the subscription, "en" or "vi".
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.changes.diff import FieldDiff, Part, diff
from pipelines.changes.excerpt import excerpt
from storage.articles.repository import revisions
from storage.db.connection import Database
from storage.events.atom import article_title, clean, event_link
from storage.events.ledger import SITE_KINDS, Event
from storage.messages import gettext, label, ngettext
from storage.messages.event_lines import event_line
from storage.messages.formats import field_name

CONTEXT_WORDS = 8  # words that are shown on each side of a change
MAX_CHANGES_CHARS = 700  # characters of changed words, an event
MAX_SPAN_CHARS = 300  # characters of one stretch of them
MAX_TITLE_CHARS = 160
CHANGE_MARKS = {"same": "{}", "added": "[+{}+]", "removed": "[-{}-]"}
# What is told first: takedowns, then edits, then the rest; what is new comes last.
KIND_ORDER = ("removed", "edited", "reposted", "restored", "moved", "story_merged", "story_split",
         *SITE_KINDS, "new")  # fmt: skip


def sort_key(event: Event) -> tuple[int, float, int]:
    """To sort by: the kind, of edits the weightiest first, then the order of the ledger."""
    return KIND_ORDER.index(event.kind), -event.detail.get("priority", 0.0), event.id


def one_line(text: str | None, limit: int = MAX_TITLE_CHARS) -> str:
    """Text of a page as one short line without control characters."""
    words = " ".join(clean(text or "").split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def kind_name(kind: str, locale: str) -> str:
    """A kind of event within a line; in English its code."""
    return kind if locale == "en" else label("event_kind", kind, locale).lower()


def summary_of(event: Event, locale: str) -> str:
    """The line that says what happened: in English the one in the ledger."""
    if locale == "en":
        return event.summary
    return event_line(event.kind, event.detail, event.summary, locale).text


def format_event(db: Database, event: Event, page: str, locale: str) -> str:
    """An event in a few lines. page: URL of the home's dashboard, or ""."""
    title = article_title(db, event.article)
    summary = one_line(summary_of(event, locale), 400)
    lines = [f"{kind_name(event.kind, locale)} · {event.site}"]
    if title and one_line(title) not in summary:
        lines.append(one_line(title))
    if "priority" in event.detail:
        priority = gettext("priority {priority}", locale)
        summary += f" ({priority.format(priority=event.detail['priority'])})"
    lines.append(summary)
    lines += [f"  {words}" for words in changed_text(db, event, locale)]
    return "\n".join([*lines, *_links(event, page)])


def _links(event: Event, page: str) -> list[str]:
    here = event_link(event, page)
    links = [one_line(event.url, 2000)] if event.url else []
    if here:
        links.append(here)
    elif event.kind == "edited":
        numbers = f"{event.detail['from_revision']} {event.detail['to_revision']}"
        links.append(f"tinwatch diff {event.article} {numbers}")
    return links


def changed_text(db: Database, event: Event, locale: str) -> list[str]:
    """The changes of an edit as "field: … words [-before-] [+after+] words …".

    At most WORDS_LIMIT characters; the last line counts the changes that are left out.
    """
    if event.kind != "edited" or event.article is None:
        return []
    kept = {r.number: r.record for r in revisions(db, event.article)}
    old, new = (kept.get(event.detail[key]) for key in ("from_revision", "to_revision"))
    if old is None or new is None:
        return []
    changes = [
        f"{field_name(field.field, locale)}: {_shown(part)}"
        for field in diff(old, new)
        for part in _changed(field)
    ]
    return truncate_list(changes, MAX_CHANGES_CHARS, locale)


def truncate_list(texts: list[str], limit: int, locale: str) -> list[str]:
    """The first changes that fit into so many characters, at least one, and how many are left."""
    shown: list[str] = []
    for text in texts:
        if shown and sum(map(len, shown)) + len(text) > limit:
            break
        shown.append(text)
    left = len(texts) - len(shown)
    if not left:
        return shown
    more = ngettext("and {number} more place", "and {number} more places", left, locale)
    return [*shown, more.format(number=left)]


def _changed(field: FieldDiff) -> Iterable[Part]:
    return (part for part in field.parts if any(span.op != "same" for span in part))


def _shown(part: Part) -> str:
    return " ".join(
        CHANGE_MARKS[span.op].format(one_line(span.text, MAX_SPAN_CHARS))
        for span in excerpt(part, CONTEXT_WORDS)
    )
