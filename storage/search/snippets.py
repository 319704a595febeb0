"""A piece of a found text around the words that were found, in its own letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from storage.search.fts_query import Form, is_exact
from storage.search.query_ast import Term
from storage.text.folding import as_written, search_fold

Snippet = tuple[tuple[str, bool], ...]  # pieces of text, and whether each is a found word

LENGTH = 200  # characters
LEAD_IN = 60  # of them before the first found word
READ = 50_000  # characters of a text in which words are looked for
MARKED = 200  # found words of a text that are weighed
_ORDER = ("lead", "body", "captions", "authors", "title")
_WORD = re.compile(r"[^\W_]+")


def snippet(record: dict[str, Any], terms: tuple[Term, ...], form: Form) -> Snippet:
    """The part of a record that shows most of the terms; its beginning where none is found.

    The title, which is shown anyway, only where the terms are nowhere else.
    """
    texts = _texts(record)
    best: tuple[int, str, list[tuple[int, int]]] | None = None
    for column in _ORDER:
        spans = _spans(texts[column], [t for t in terms if t.column in (None, column)], form)
        weight, shown = _densest(spans)
        if weight and (best is None or (weight > best[0] and column != "title")):
            best = (weight, texts[column], shown)
    if best is None:
        return _cut(texts["lead"] or texts["body"], [])
    return _cut(best[1], best[2])


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
    return {column: text[:READ] for column, text in texts.items()}


_Span = tuple[int, int, int]  # from, to, which term


def _spans(text: str, terms: list[Term], form: Form) -> list[_Span]:
    """Where the terms stand, in order; a place that two claim is the first one's."""
    found: list[_Span] = []
    for fold, exact in ((search_fold, False), (as_written, True)):
        chosen = [(n, t) for n, t in enumerate(terms) if is_exact(t, form) is exact]
        if not chosen or not text:
            continue
        other = _same_length(text, fold)
        for number, term in chosen:
            pattern = _pattern(fold(term.text), term.prefix)
            if pattern is not None:
                for place, match in zip(range(MARKED), pattern.finditer(other), strict=False):
                    del place
                    found.append((match.start(), match.end(), number))
    found.sort()
    apart: list[_Span] = []
    for span in found:
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart


def _same_length(text: str, fold: Callable[[str], str]) -> str:
    """The folded text, letter for letter at the place of its own."""
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
    """How many terms the best stretch shows, and their places in it."""
    best: tuple[int, int, list[_Span]] = (0, 0, [])
    for place, (start, _, _) in enumerate(spans[:MARKED]):
        inside = [s for s in spans[place : place + 40] if s[1] <= start + LENGTH - LEAD_IN]
        weight = (len({s[2] for s in inside}), len(inside))
        if weight > best[:2]:
            best = (*weight, inside)
    return best[0], [(start, end) for start, end, _ in best[2]]


def _cut(text: str, shown: list[tuple[int, int]]) -> Snippet:
    start = max(0, shown[0][0] - LEAD_IN) if shown else 0
    if start:
        start = text.find(" ", start, shown[0][0]) + 1 or shown[0][0]
    end = min(len(text), start + LENGTH)
    if shown:
        end = max(end, shown[-1][1])
    if end < len(text):
        end = max(text.rfind(" ", start, end), shown[-1][1] if shown else 0) or end
    pieces: list[tuple[str, bool]] = []
    place = start
    for first, last in shown:
        pieces += [(text[place:first], False), (text[first:last], True)]
        place = last
    pieces.append((text[place:end], False))
    pieces.insert(0, ("…" if start else "", False))
    pieces.append(("…" if end < len(text) else "", False))
    return tuple(piece for piece in pieces if piece[0])
