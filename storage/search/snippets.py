"""Snippets: an excerpt of a matching text with the matches marked, in the original spelling."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from storage.search.fts_query import Form, is_exact
from storage.search.query_ast import Term
from storage.text.folding import as_written, search_fold

Snippet = tuple[tuple[str, bool], ...]  # (text, is_match) pieces

SNIPPET_CHARS = 200
MAX_LEAD_IN_CHARS = 60  # before the first match
MAX_SEARCHED_CHARS = 50_000  # of a text
MAX_MATCHES = 200  # per term, and per text when the densest passage is chosen
MAX_MATCHES_IN_SNIPPET = 40
_ORDER = ("lead", "body", "captions", "authors", "title")
_WORD = re.compile(r"[^\W_]+")


def snippet(record: dict[str, Any], terms: tuple[Term, ...], form: Form) -> Snippet:
    """Return the excerpt with the most terms, or the beginning of the text if none matches.

    The title, which is shown anyway, is used only if no other field has a match.
    """
    texts = _texts(record)
    best: tuple[int, str, list[tuple[int, int]]] | None = None
    for column in _ORDER:
        spans = _spans(texts[column], [t for t in terms if t.column in (None, column)], form)
        weight, matches = _densest(spans)
        if weight and (best is None or (weight > best[0] and column != "title")):
            best = (weight, texts[column], matches)
    if best is None:
        return _excerpt(texts["lead"] or texts["body"], [])
    return _excerpt(best[1], best[2])


def _texts(record: dict[str, Any]) -> dict[str, str]:
    texts = {
        "title": record["title"],
        "lead": record["lead"] or "",
        "body": " ".join(block["text"] for block in record["body"]),
        "captions": " ".join(
            f"{c['text']} ({c['photographer']})" if c["photographer"] else c["text"]
            for c in record["captions"]
        ),
        "authors": ", ".join(author["name"] for author in record["authors"]),
    }
    return {column: text[:MAX_SEARCHED_CHARS] for column, text in texts.items()}


_Span = tuple[int, int, int]  # start, end, index of the term


def _spans(text: str, terms: list[Term], form: Form) -> list[_Span]:
    """Return the matches in order, without overlaps (the first one wins)."""
    spans: list[_Span] = []
    for fold, exact in ((search_fold, False), (as_written, True)):
        numbered_terms = [(n, t) for n, t in enumerate(terms) if is_exact(t, form) is exact]
        if not numbered_terms or not text:
            continue
        folded = _same_length(text, fold)
        for number, term in numbered_terms:
            pattern = _pattern(fold(term.text), term.prefix)
            if pattern is not None:
                for match in islice(pattern.finditer(folded), MAX_MATCHES):
                    spans.append((match.start(), match.end(), number))
    spans.sort()
    separate: list[_Span] = []
    for span in spans:
        if not separate or span[0] >= separate[-1][1]:
            separate.append(span)
    return separate


def _same_length(text: str, fold: Callable[[str], str]) -> str:
    """Return the folded text with the same length, so that offsets stay valid."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded
    return "".join(letter if len(letter) == 1 else " " for letter in map(fold, text))


def _pattern(text: str, prefix: bool) -> re.Pattern[str] | None:
    words = _WORD.findall(text)
    if not words:
        return None
    end = r"[^\W_]*" if prefix else r"(?![^\W_])"
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + end)


def _densest(spans: list[_Span]) -> tuple[int, list[tuple[int, int]]]:
    """Return the number of terms in the best passage, and the matches in it."""
    best: tuple[int, int, list[_Span]] = (0, 0, [])
    for index, (start, _, _) in enumerate(spans[:MAX_MATCHES]):
        inside = [
            s
            for s in spans[index : index + MAX_MATCHES_IN_SNIPPET]
            if s[1] <= start + SNIPPET_CHARS - MAX_LEAD_IN_CHARS
        ]
        weight = (len({s[2] for s in inside}), len(inside))
        if weight > best[:2]:
            best = (*weight, inside)
    return best[0], [(start, end) for start, end, _ in best[2]]


def _excerpt(text: str, matches: list[tuple[int, int]]) -> Snippet:
    start = max(0, matches[0][0] - MAX_LEAD_IN_CHARS) if matches else 0
    if start:
        start = text.find(" ", start, matches[0][0]) + 1 or matches[0][0]
    end = min(len(text), start + SNIPPET_CHARS)
    if matches:
        end = max(end, matches[-1][1])
    if end < len(text):
        end = max(text.rfind(" ", start, end), matches[-1][1] if matches else 0) or end
    pieces: list[tuple[str, bool]] = []
    position = start
    for first, last in matches:
        pieces += [(text[position:first], False), (text[first:last], True)]
        position = last
    pieces.append((text[position:end], False))
    pieces.insert(0, ("…" if start else "", False))
    pieces.append(("…" if end < len(text) else "", False))
    return tuple(piece for piece in pieces if piece[0])
