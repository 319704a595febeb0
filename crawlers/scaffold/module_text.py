"""The text of a site module, formatted as ruff does."""

from __future__ import annotations

from typing import Any

from crawlers.scaffold.evaluation import class_name
from crawlers.site_config import SiteConfig
from crawlers.spider import SiteSpider

MAX_LINE_CHARS = 100
INDENT = " " * 4
ATTRIBUTE_ORDER = (
    "sections", "listing_url", "next_listing", "listing_step", "feeds", "article_url", "select",
    "captions", "exclude", "lead_is",
)  # fmt: skip
RAW_STRINGS = ("article_url",)  # written as raw strings
MAX_DOCSTRING_CHARS = MAX_LINE_CHARS - 10
MAX_PIECE_CHARS = 80  # of a string that is too long for one line


def module_text(site: type[SiteConfig], base: type[SiteSpider], attributes: dict[str, Any]) -> str:
    """Return the text of a module. `attributes` are those besides the site's identity."""
    head = ["name", "title", "province", "kind"]
    head += ["scheme"] if site.scheme != SiteConfig.scheme else []
    lines = [_assigned(name, getattr(site, name)) for name in (*head, "domains")]
    for name in ATTRIBUTE_ORDER:
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
    """Return one line, without characters of the title that would end the string."""
    domain = site.domains[0]
    text = f"{site.title}, the site {domain}" if site.title != domain else f"The site {domain}"
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = text.replace("\\", "").replace('"', "'")
    cut = text if len(text) <= MAX_DOCSTRING_CHARS else text[:MAX_DOCSTRING_CHARS].rsplit(" ", 1)[0]
    return f'"""{cut}."""'


def _assigned(name: str, value: Any) -> str:
    start = f"{INDENT}{name} = "
    if isinstance(value, int):
        return f"{start}{value}"
    if isinstance(value, list):
        return start + _list(value, len(start), INDENT)
    line = start + quoted(value, raw=name in RAW_STRINGS)
    return line if len(line) <= MAX_LINE_CHARS else _wrapped(start, value, raw=name in RAW_STRINGS)


def quoted(text: str, *, raw: bool = False) -> str:
    """Return a Python literal with the quotes that ruff chooses."""
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
    if used + len(flat) <= MAX_LINE_CHARS:
        return flat
    rows, row = [], indent + INDENT
    for value in values:
        piece = quoted(value) + ", "
        if len(row) + len(piece) > MAX_LINE_CHARS and row.strip():
            rows.append(row.rstrip())
            row = indent + INDENT
        row += piece
    return "\n".join(("[", *rows, row.rstrip(), f"{indent}]  # fmt: skip"))


def _wrapped(start: str, text: str, *, raw: bool) -> str:
    """Return a string in several pieces in brackets; no piece ends inside an escape."""
    pieces = []
    while text:
        cut = min(MAX_PIECE_CHARS, len(text))
        while cut > 1 and text[cut - 1] == "\\":
            cut -= 1
        pieces.append(quoted(text[:cut], raw=raw))
        text = text[cut:]
    inner = "\n".join(f"{INDENT * 2}{piece}" for piece in pieces)
    return f"{start}(\n{inner}\n{INDENT})"


def _select(select: dict[str, list[str]], base: type[SiteSpider]) -> str:
    """Return all selectors, or those that differ from the platform's."""
    inherited: dict[str, list[str]] = getattr(base, "select", {})
    own = {name: rules for name, rules in select.items() if inherited.get(name) != rules}
    rows = [f"{INDENT * 2}**{base.__name__}.select,"] if inherited else []
    for name, rules in own.items():
        row = f"{INDENT * 2}{quoted(name)}: [{', '.join(quoted(r) for r in rules)}],"
        if len(row) > MAX_LINE_CHARS:
            inner = "".join(f"{INDENT * 3}{quoted(rule)},\n" for rule in rules)
            row = f"{INDENT * 2}{quoted(name)}: [\n{inner}{INDENT * 2}],"
        rows.append(row)
    return "\n".join((f"{INDENT}select = {{", *rows, f"{INDENT}}}"))
