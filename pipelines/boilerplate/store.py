"""A site's template memory, in and out of the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipelines.boilerplate.detector import Memory, Places, Template, Zone
from storage.articles.boilerplate import load_template, save_template
from storage.db.connection import Database


def current_template(db: Database, site: str) -> Template:
    """The template to read by: that of the runs before, the same for a whole run."""
    _, version, active, _ = load_template(db, site)
    return Template(version, frozenset(active))


def learn_pages(db: Database, site: str, pages: Iterable[list[tuple[Zone, str]]]) -> Template:
    """Counts the pages of a run and returns the template of the next one.

    The version grows when the lines change, and the reader's version with it: a page that is
    read differently because of it was not edited.
    """
    seen, version, active, rows = load_template(db, site)
    lines = {row[0]: Places(row[1], row[2], row[3], row[4]) for row in rows}
    memory = Memory(seen, version, lines)
    for page in pages:
        memory.learn(page)
    found = memory.template()
    if found.forms != active:
        found = replace(found, version=version + 1)
    kept = [(form, p.head, p.middle, p.tail, p.sample) for form, p in memory.lines.items()]
    save_template(db, site, memory.pages, found.version, set(found.forms), kept)
    return found
