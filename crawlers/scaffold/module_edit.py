"""Edits the text of a site module: a selector in front of those that a field has already."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from crawlers.scaffold.module_text import INDENT, MAX_LINE_CHARS, quoted
from crawlers.scaffold.write import WriteError, load_module
from crawlers.site_config import SiteConfig
from storage.messages.reasons_scaffold import ScaffoldReason
from storage.reasons import Reason

AFTER_SELECT = ("captions", "exclude", "posting_account", "absent", "lead_is", "verified")


def add_rules(text: str, site: type[SiteConfig], rules: dict[str, str]) -> str:
    """Return the module's text with a first selector for each field in `rules`.

    The new text is loaded and compared: raise WriteError or SiteError if it does not say so.
    """
    edited = text
    for field, rule in rules.items():
        edited = _with_rule(edited, site, field, rule)
    loaded = load_module(edited, site.name)
    expected = {
        name: [*([rules[name]] if name in rules else []), *site.select.get(name, [])]
        for name in {*site.select, *rules}
    }
    if loaded.select != expected:
        raise _by_hand(site, rules)
    return edited


def _by_hand(site: type[SiteConfig], rules: dict[str, str]) -> WriteError:
    stated = [f"{field}: {rule}" for field, rule in rules.items()]
    return WriteError(Reason(ScaffoldReason.SELECT_NOT_EDITABLE, site=site.name, rules=stated))


def _with_rule(text: str, site: type[SiteConfig], field: str, rule: str) -> str:
    declaration = _site_class(text)
    select = _assigned(declaration, "select")
    if select is None:
        row = f"{INDENT * 2}{quoted(field)}: {_first(rule, _inherited(site, field))},"
        rows = [f"{INDENT}select = {{", f"{INDENT * 2}**{_base(site)}.select,", row, f"{INDENT}}}"]
        lines = text.splitlines()
        start = _line_after_urls(declaration)
        lines[start:start] = rows
        return "\n".join([*lines, ""])
    if not isinstance(select, ast.Dict):
        raise _by_hand(site, {field: rule})
    keys = [key.value if isinstance(key, ast.Constant) else None for key in select.keys]
    if field in keys:
        value = select.values[keys.index(field)]
        text = _replace(text, value, _list_with(text, value, rule, select))
    else:
        last = select.values[-1]
        source = _source(text, last)
        own_line = select.lineno != last.lineno
        separator = f",\n{INDENT * 2}" if own_line else ", "
        entry = f"{separator}{quoted(field)}: {_first(rule, _inherited(site, field))}"
        text = _replace(text, last, source + entry)
    return _broken_into_rows(text)


def _broken_into_rows(text: str) -> str:
    """Return the text with `select` on several lines if its single line is too long."""
    select = _assigned(_site_class(text), "select")
    assert isinstance(select, ast.Dict)
    line = text.splitlines()[select.lineno - 1]
    if select.lineno != select.end_lineno or len(line) <= MAX_LINE_CHARS:
        return text
    pairs = zip(select.keys, select.values, strict=True)
    rows = [_row(text, key, value) for key, value in pairs]
    return _replace(text, select, "\n".join(("{", *rows, f"{INDENT}}}")))


def _row(text: str, key: ast.expr | None, value: ast.expr) -> str:
    if key is None:
        return f"{INDENT * 2}**{_source(text, value)},"
    row = f"{INDENT * 2}{_source(text, key)}: {_source(text, value)},"
    if len(row) <= MAX_LINE_CHARS or not isinstance(value, ast.List):
        return row
    return f"{INDENT * 2}{_source(text, key)}: {_on_lines(_source(text, e) for e in value.elts)},"


def _on_lines(items: Iterable[str]) -> str:
    return "\n".join(("[", *(f"{INDENT * 3}{item}," for item in items), f"{INDENT * 2}]"))


def _list_with(text: str, value: ast.expr, rule: str, select: ast.Dict) -> str:
    source = _source(text, value)
    if not isinstance(value, ast.List):
        return f"[{quoted(rule)}, *{source}]"
    if "\n" in source:
        return f"[\n{INDENT * 3}{quoted(rule)},{source[1:]}"
    flat = f"[{', '.join((quoted(rule), *(_source(text, e) for e in value.elts)))}]"
    line = text.splitlines()[value.lineno - 1]
    is_single_line = select.lineno == select.end_lineno  # see _broken_into_rows
    if is_single_line or len(line) - len(source) + len(flat) <= MAX_LINE_CHARS:
        return flat
    return _on_lines((quoted(rule), *(_source(text, e) for e in value.elts)))


def _first(rule: str, others: str) -> str:
    return f"[{quoted(rule)}, *{others}]" if others else f"[{quoted(rule)}]"


def _inherited(site: type[SiteConfig], field: str) -> str:
    """Return the expression for the platform's selectors of a field; "" if it has none."""
    return f"{_base(site)}.select[{quoted(field)}]" if field in site.select else ""


def _base(site: type[SiteConfig]) -> str:
    return site.__bases__[0].__name__


def _line_after_urls(declaration: ast.ClassDef) -> int:
    """Return the line, from 0, at which `select` belongs: before the other rules of extraction."""
    lines = (node.lineno - 1 for name, node in _assignments(declaration) if name in AFTER_SELECT)
    return next(lines, declaration.end_lineno or declaration.lineno)


def _site_class(text: str) -> ast.ClassDef:
    classes = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    return next(node for node in classes if _assigned(node, "name") is not None)


def _assigned(declaration: ast.ClassDef, name: str) -> ast.expr | None:
    values = (node.value for other, node in _assignments(declaration) if other == name)
    return next(values, None)


def _assignments(declaration: ast.ClassDef) -> Iterator[tuple[str, ast.Assign]]:
    """Yield the attributes of a class with their assignments."""
    for node in declaration.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node


def _source(text: str, node: ast.expr) -> str:
    source = ast.get_source_segment(text, node)
    assert source is not None
    return source


def _replace(text: str, node: ast.expr, replacement: str) -> str:
    """Replace a node's source. ast counts columns in bytes."""
    lines = text.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    data = text.encode()
    return (data[:start] + replacement.encode() + data[end:]).decode()
