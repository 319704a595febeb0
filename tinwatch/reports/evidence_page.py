"""The page of an evidence folder: what the article said, and when it was seen and not seen.

The captured pages themselves are never shown: what they hold is not trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from storage.checks.proofs import Proof
from tinwatch.reports.standalone_html import html_link, html_text, page
from tinwatch.terminal.console import count, local_time

BLOCKS = {"subhead": "h3", "quote": "blockquote"}
STATUS = {
    "live": "It can be read at its address.",
    "suspect": "It was missed by the last checks; that does not count as a takedown yet.",
    "removed": "It was taken down.",
    "moved": "It stands at another address now.",
}
NO_CAPTURES = (
    "No page of this article is kept as it was received, so nothing but this home's own record "
    "stands for the text."
)
CHECKING = (
    "sha256sum -c sha256sums.txt says whether a file of this folder was changed. The WARC file "
    "holds the site's answers as they were received; any WARC reader opens it."
)


def evidence_page(
    row: dict[str, Any],
    proofs: list[Proof],
    timeline: list[dict[str, Any]],
    sums: dict[str, str],
) -> str:
    """`row` is the article with its newest content
    (storage.articles.repository.articles_as_json), `sums` the
    SHA-256 of the other files."""
    failed = [proof for proof in proofs if proof.proves == "failed check"]
    misses = sum(line["what"] == "missed" for line in timeline)
    body = [
        f"<h1><bdi>{html_text(row['title'])}</bdi></h1>",
        f'<p class="dim">{html_text(row["site"])} · {html_link(row["url"])}</p>',
        f"<p>{STATUS[row['status']]} First seen {local_time(row['first_seen'])}, "
        f"last seen {local_time(row['last_seen'])}; {count(misses, 'failed check')} counted. "
        "Times are Vietnam's, those of the files are UTC.</p>",
        "<h2>What it said</h2>",
        *_article(row),
        "<h2>What proves it</h2>",
        _proofs([proof for proof in proofs if proof not in failed]) or f"<p>{NO_CAPTURES}</p>",
        "<h2>Failed checks that were kept</h2>",
        _proofs(failed) or "<p>None.</p>",
        "<h2>What happened</h2>",
        _table(
            ["when", "what", ""],
            ([local_time(x["at"]), x["what"], x["detail"]] for x in timeline),
        ),
        "<h2>Files</h2>",
        f"<p>{CHECKING}</p>",
        _table(["file", "sha256"], ([name, digest] for name, digest in sums.items())),
    ]
    return page(f"Evidence: {row['title']}", "\n".join(body))


def _article(row: dict[str, Any]) -> Iterable[str]:
    names = ", ".join(author["name"] for author in row["authors"])
    said = " · ".join(part for part in (row["published"], names) if part)
    yield f'<div class="text" lang="{html_text(row["language"])}">'
    yield f'<p class="dim">{html_text(said)}</p>'
    if row["lead"]:
        yield f"<p><strong>{html_text(row['lead'])}</strong></p>"
    for block in row["body"]:
        tag = BLOCKS.get(block["kind"], "p")
        mark = "• " if block["kind"] == "list item" else ""
        yield f"<{tag}>{mark}{html_text(block['text'])}</{tag}>"
    for caption in row["captions"]:
        yield f'<p class="dim">[{html_text(caption["text"])}]</p>'
    yield "</div>"


def _proofs(found: list[Proof]) -> str:
    if not found:
        return ""
    rows = (
        [
            local_time(proof.at),
            f"{proof.proves}: {proof.said}",
            "" if proof.http_status is None else str(proof.http_status),
            proof.url or "",
            proof.sha256,
        ]
        for proof in found
    )
    return _table(["received", "what", "HTTP status", "address", "sha256 of the body"], rows)


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f"<th>{html_text(name)}</th>" for name in heads)
    lines = ("".join(f"<td>{html_text(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n<tr>{head}</tr>\n{body}</table>"
