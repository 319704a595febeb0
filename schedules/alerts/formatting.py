"""An event as text: its kind, site, title, the changed words and the links.

Functions take the locale of the subscription, "en" or "vi".
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.changes.diff import FieldDiff, Part, diff
from pipelines.changes.excerpt import excerpt
from storage.articles.repository import article_title
from storage.articles.revisions import revisions
from storage.db.connection import Database
from storage.events.atom import clean, event_link
from storage.events.ledger import SITE_KINDS, STORY_KINDS, Event
from storage.messages import gettext, label, ngettext
from storage.messages.event_lines import event_text
from storage.messages.formats import field_name
from storage.models import EventKind
from storage.runs.sites import site_titles

CONTEXT_WORDS = 8  # on each side of a change
MAX_CHANGES_CHARS = 700  # per event
MAX_SPAN_CHARS = 300  # of one inserted, deleted or unchanged piece of text
MAX_TITLE_CHARS = 160
CHANGE_MARKS = {"same": "{}", "added": "[+{}+]", "removed": "[-{}-]"}
KIND_ORDER = (
    EventKind.REMOVED, EventKind.EDITED, EventKind.REPOSTED, EventKind.RESTORED, EventKind.MOVED,
    *STORY_KINDS, *SITE_KINDS, EventKind.NEW, EventKind.CORRECTED,
)  # fmt: skip


def sort_key(event: Event) -> tuple[int, float, int]:
    """Sort key: the kind, then the priority (highest first), then the order of the ledger."""
    return KIND_ORDER.index(event.kind), -event.detail.get("priority", 0.0), event.id


def one_line(text: str | None, limit: int = MAX_TITLE_CHARS) -> str:
    """Text of a web page as one line of at most `limit` characters, without control characters."""
    words = " ".join(clean(text or "").split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def kind_name(kind: str, locale: str) -> str:
    """The name of an event kind within a line; in English its code."""
    return kind if locale == "en" else label("event_kind", kind, locale).lower()


def summary_of(event: Event, locale: str) -> str:
    return event_text(event.kind, event.detail, event.summary, locale)


def format_event(db: Database, event: Event, page: str, locale: str) -> str:
    """Format an event as a few lines. page: URL of the home's dashboard, or ""."""
    title = article_title(db, event.article)
    summary = one_line(summary_of(event, locale), 400)
    lines = [f"{kind_name(event.kind, locale)} · {publisher(db, event.site)}"]
    if title and one_line(title) not in summary:
        lines.append(one_line(title))
    if "priority" in event.detail:
        priority = gettext("priority {priority}", locale)
        summary += f" ({priority.format(priority=event.detail['priority'])})"
    lines.append(summary)
    lines += [f"  {words}" for words in changed_text(db, event, locale)]
    return "\n".join([*lines, *_links(event, page)])


def publisher(db: Database, site: str) -> str:
    """Return the publisher's name, such as "Báo Gia Lai", with the name of the site."""
    title = one_line(site_titles(db).get(site))
    return f"{title} ({site})" if title and title != site else site


def _links(event: Event, page: str) -> list[str]:
    dashboard_url = event_link(event, page)
    links = [one_line(event.url, 2000)] if event.url else []
    if dashboard_url:
        links.append(dashboard_url)
    elif event.kind == EventKind.EDITED:
        numbers = f"{event.detail['from_revision']} {event.detail['to_revision']}"
        links.append(f"tinwatch diff {event.article} {numbers}")
    return links


def changed_text(db: Database, event: Event, locale: str) -> list[str]:
    """The changes of an edit as "field: … words [-before-] [+after+] words …".

    At most MAX_CHANGES_CHARS characters; the last line counts the changes that are left out.
    """
    if event.kind != EventKind.EDITED or event.article is None:
        return []
    records = {r.number: r.record for r in revisions(db, event.article)}
    old, new = (records.get(event.detail[key]) for key in ("from_revision", "to_revision"))
    if old is None or new is None:
        return []
    changes = [
        f"{field_name(field.field, locale)}: {_shown(part)}"
        for field in diff(old, new)
        for part in _changed(field)
    ]
    return truncate_list(changes, MAX_CHANGES_CHARS, locale)


def truncate_list(texts: list[str], limit: int, locale: str) -> list[str]:
    """The first changes up to `limit` characters (at least one), and the number of the rest."""
    listed: list[str] = []
    for text in texts:
        if listed and sum(map(len, listed)) + len(text) > limit:
            break
        listed.append(text)
    left = len(texts) - len(listed)
    if not left:
        return listed
    more = ngettext("and {number} more place", "and {number} more places", left, locale)
    return [*listed, more.format(number=left)]


def _changed(field: FieldDiff) -> Iterable[Part]:
    return (part for part in field.parts if any(span.op != "same" for span in part))


def _shown(part: Part) -> str:
    return " ".join(
        CHANGE_MARKS[span.op].format(one_line(span.text, MAX_SPAN_CHARS))
        for span in excerpt(part, CONTEXT_WORDS)
    )
