"""The HTML page of an evidence folder: the article's text, its captures and its history.

Captured pages are not embedded, because they are untrusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.changes.diff import FieldDiff
from storage.articles.revisions import Revision
from storage.checks.proofs import Proof
from storage.messages import describe, gettext, label, ngettext
from storage.reasons import gettext_noop
from storage.timezone import day_first, local_time
from tinwatch.reports.article_history import HistoryEntry
from tinwatch.reports.diff_page import STYLE as DIFF_STYLE
from tinwatch.reports.diff_page import diff_body
from tinwatch.reports.standalone_html import html_link, html_page, html_text

STYLE = (
    DIFF_STYLE
    + """
@media print {
  body { max-width: none; font-size: 10pt; } a { color: inherit; text-decoration: none; }
  h2 { break-after: avoid; } tr, p { break-inside: avoid; } details > * { display: block; }
}
"""
)
TAGS = {"subhead": "h3", "quote": "blockquote"}
STATUS_SENTENCES = {
    "live": gettext_noop("The article is at its URL."),
    "suspect": gettext_noop("The last checks did not find it; it does not count as removed yet."),
    "removed": gettext_noop("The article was taken down."),
    "moved": gettext_noop("The article moved to another URL."),
}
NO_CAPTURES = gettext_noop(
    "There is no capture of this article: only the database of this home has the text."
)
NO_FAILED_CHECKS = gettext_noop("No captures.")
CHECKSUM_HINT = gettext_noop(
    "sha256sum -c sha256sums.txt shows whether a file of this folder was changed. The WARC file "
    "holds the responses of the site as they were received; any WARC tool opens it."
)
CAME_BACK = gettext_noop("It was taken down on {removed} and could be read again on {restored}.")
TIMES_HINT = gettext_noop(
    "Times on this page are Vietnam time (UTC+7); times in the files are UTC."
)


@dataclass(frozen=True, slots=True)
class Change:
    """Two consecutive revisions, the difference of their fields, and a line about it."""

    old: Revision
    new: Revision
    fields: list[FieldDiff]
    summary: str


def evidence_page(
    row: dict[str, Any],
    proofs: list[Proof],
    timeline: list[HistoryEntry],
    changes: list[Change],
    sums: dict[str, str],
    locale: str,
) -> str:
    """Return the page.

    Args:
        row: the article with its newest content (storage.articles.repository.articles_as_json)
        sums: SHA-256 of the other files by name
    """
    failed = [proof for proof in proofs if proof.proves == "failed check"]
    others = sorted((proof for proof in proofs if proof not in failed), key=lambda proof: proof.at)
    body = [
        f"<h1><bdi>{html_text(row['title'])}</bdi></h1>",
        f'<p class="dim">{html_text(row["site"])} · {html_link(row["url"])}</p>',
        f"<p>{_status(row, timeline, locale)}</p>",
        _heading(gettext("Text", locale)),
        *_article(row),
        *_changes(changes, locale),
        _heading(gettext("Captures", locale)),
        _proofs(others, locale) or f"<p>{gettext(NO_CAPTURES, locale)}</p>",
        _heading(gettext("Captures of failed checks", locale)),
        _proofs(failed, locale) or f"<p>{gettext(NO_FAILED_CHECKS, locale)}</p>",
        _heading(gettext("Timeline", locale)),
        _table(
            [gettext("Time", locale), gettext("Event", locale), gettext("Detail", locale)],
            ([local_time(x.at), x.what, x.detail] for x in timeline),
        ),
        _heading(gettext("Files", locale)),
        f"<p>{gettext(CHECKSUM_HINT, locale)}</p>",
        _table(
            [gettext("File", locale), "SHA-256"], ([name, digest] for name, digest in sums.items())
        ),
    ]
    title = gettext("Evidence: {title}", locale).format(title=row["title"])
    return html_page(title, "\n".join(body), locale, STYLE)


def _heading(text: str) -> str:
    return f"<h2>{html_text(text)}</h2>"


def _status(row: dict[str, Any], timeline: list[HistoryEntry], locale: str) -> str:
    """Return the status, the sightings and the number of failed checks as sentences."""
    failed = sum(entry.data["what"] == "missed" for entry in timeline)
    checks = ngettext("{number} failed check", "{number} failed checks", failed, locale)
    seen = gettext("First seen {first}, last seen {last}; {checks}.", locale).format(
        first=local_time(row["first_seen"]),
        last=local_time(row["last_seen"]),
        checks=checks.format(number=failed),
    )
    status = gettext(STATUS_SENTENCES[row["status"]], locale)
    back = _return(timeline, locale) if row["status"] != "removed" else ""
    return " ".join(filter(None, [status, back, seen, gettext(TIMES_HINT, locale)]))


def _return(timeline: list[HistoryEntry], locale: str) -> str:
    """Return a sentence about the last takedown and the return after it; empty without one."""
    removed = [entry.at for entry in timeline if entry.data["what"] == "removed"]
    restored = [entry.at for entry in timeline if entry.data["what"] == "restored"]
    if not removed or not restored:
        return ""
    return gettext(CAME_BACK, locale).format(
        removed=local_time(removed[-1]), restored=local_time(restored[-1])
    )


def _article(row: dict[str, Any]) -> Iterable[str]:
    names = ", ".join(author["name"] for author in row["authors"])
    head = " · ".join(part for part in (day_first(row["published"]), names) if part)
    yield f'<div class="text" lang="{html_text(row["language"])}">'
    yield f'<p class="dim">{html_text(head)}</p>'
    if row["lead"]:
        yield f"<p><strong>{html_text(row['lead'])}</strong></p>"
    for block in row["body"]:
        tag = TAGS.get(block["kind"], "p")
        mark = "• " if block["kind"] == "list item" else ""
        yield f"<{tag}>{mark}{html_text(block['text'])}</{tag}>"
    for caption in row["captions"]:
        yield f'<p class="dim">[{html_text(caption["text"])}]</p>'
    yield "</div>"


def _changes(changes: list[Change], locale: str) -> Iterator[str]:
    for change in changes:
        numbers = {"old": change.old.number, "new": change.new.number}
        heading = gettext("Change from revision {old} to {new}", locale)
        yield _heading(heading.format(**numbers))
        yield from diff_body(change.old, change.new, change.fields, change.summary, locale)


def _proofs(proofs: list[Proof], locale: str) -> str:
    if not proofs:
        return ""
    rows = (
        [
            local_time(proof.at),
            f"{label('proof', proof.proves, locale)} {_shown(proof, locale)}".strip(),
            "" if proof.http_status is None else str(proof.http_status),
            proof.url or "",
            proof.sha256,
        ]
        for proof in proofs
    )
    heads = [
        gettext("Time", locale),
        gettext("Capture", locale),
        gettext("HTTP status", locale),
        gettext("URL", locale),
        gettext("SHA-256 of the body", locale),
    ]
    return _table(heads, rows)


def _shown(proof: Proof, locale: str) -> str:
    """Return in brackets which revision the capture holds, or why a check failed."""
    if proof.reason is not None:
        return f"({describe(proof.reason, locale)})"
    revision = gettext("revision {number}", locale).format(number=proof.revision)
    return f"({revision})"


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f"<th>{html_text(name)}</th>" for name in heads)
    lines = ("".join(f"<td>{html_text(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n<tr>{head}</tr>\n{body}</table>"
