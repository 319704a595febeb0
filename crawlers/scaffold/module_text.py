"""The text of a site module, as ruff formats it: the class attributes that a proposal states."""

from __future__ import annotations

from typing import Any

from crawlers.scaffold.evaluation import class_name
from crawlers.site_config import SiteConfig
from crawlers.spider import SiteSpider

LINE = 100  # columns
INDENT = " " * 4
ORDER = (
    "sections", "listing_url", "next_listing", "feeds", "article_url", "select", "captions",
    "exclude", "lead_is",
)  # fmt: skip
PATTERNS = ("article_url",)  # written as raw strings
DOCSTRING = LINE - 10
PIECE = 80  # characters of a string that is too long for its line


def module_text(site: type[SiteConfig], base: type[SiteSpider], attributes: dict[str, Any]) -> str:
    """A module's whole text. `attributes` are those beside the site's identity."""
    head = ["name", "title", "province", "kind"]
    head += ["scheme"] if site.scheme != SiteConfig.scheme else []
    lines = [_assigned(name, getattr(site, name)) for name in (*head, "domains")]
    for name in ORDER:
        if name == "select" and "select" in attributes:
            lines.append(_select(attributes["select"], base))
        elif name in attributes:
            lines.append(_assigned(name, attributes[name]))
    lines.append(f"{INDENT}verified = None  # nobody has compared it with real pages yet")
    return "\n".join((
        _docstring(site),
        "",
        f"from {base.__module__} import {base.__name__}",
        "",
        "",
        f"class {class_name(site.name)}({base.__name__}):",
        *lines,
        "",
    ))  # fmt: skip


def _docstring(site: type[SiteConfig]) -> str:
    """One line; nothing that a page calls itself can end it early."""
    domain = site.domains[0]
    text = f"{site.title}, the site {domain}" if site.title != domain else f"The site {domain}"
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = text.replace("\\", "").replace('"', "'")
    cut = text if len(text) <= DOCSTRING else text[:DOCSTRING].rsplit(" ", 1)[0]
    return f'"""{cut}."""'


def _assigned(name: str, value: Any) -> str:
    start = f"{INDENT}{name} = "
    if isinstance(value, list):
        return start + _list(value, len(start), INDENT)
    line = start + quoted(value, raw=name in PATTERNS)
    return line if len(line) <= LINE else _wrapped(start, value, raw=name in PATTERNS)


def quoted(text: str, *, raw: bool = False) -> str:
    """A Python literal with the quotes that ruff would choose."""
    if raw:
        return f'r"{text}"' if '"' not in text else repr(text)
    if '"' in text and "'" not in text and "\\" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")


def _list(values: list[str], used: int, indent: str) -> str:
    flat = "[" + ", ".join(quoted(v) for v in values) + "]"
    if used + len(flat) <= LINE:
        return flat
    rows, row = [], indent + INDENT
    for value in values:
        piece = quoted(value) + ", "
        if len(row) + len(piece) > LINE and row.strip():
            rows.append(row.rstrip())
            row = indent + INDENT
        row += piece
    return "\n".join(("[", *rows, row.rstrip(), f"{indent}]  # fmt: skip"))


def _wrapped(start: str, text: str, *, raw: bool) -> str:
    """A string in several pieces, in brackets; no piece ends in half an escape."""
    pieces = []
    while text:
        cut = min(PIECE, len(text))
        while cut > 1 and text[cut - 1] == "\\":
            cut -= 1
        pieces.append(quoted(text[:cut], raw=raw))
        text = text[cut:]
    inner = "\n".join(f"{INDENT * 2}{piece}" for piece in pieces)
    return f"{start}(\n{inner}\n{INDENT})"


def _select(select: dict[str, list[str]], base: type[SiteSpider]) -> str:
    """All selectors, or those that differ from the platform's, on top of these."""
    held: dict[str, list[str]] = getattr(base, "select", {})
    own = {name: rules for name, rules in select.items() if held.get(name) != rules}
    rows = [f"{INDENT * 2}**{base.__name__}.select,"] if held else []
    for name, rules in own.items():
        row = f"{INDENT * 2}{quoted(name)}: [{', '.join(quoted(r) for r in rules)}],"
        if len(row) > LINE:
            inner = "".join(f"{INDENT * 3}{quoted(rule)},\n" for rule in rules)
            row = f"{INDENT * 2}{quoted(name)}: [\n{inner}{INDENT * 2}],"
        rows.append(row)
    return "\n".join((f"{INDENT}select = {{", *rows, f"{INDENT}}}"))
