"""What the database already knows of a site, loaded once when its crawl begins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from pipelines.template import Template
from pipelines.template_store import current_template
from storage.articles import Known, known_articles, known_ground
from storage.troubles import wanted_urls


@dataclass(frozen=True, slots=True)
class Memory:
    known: dict[str, Known]  # by key
    ground: set[str]  # keys below which a listing holds nothing new
    wanted: list[str]  # URLs that could not be read on an earlier night
    template: Template  # what was learned of the site's template on earlier nights

    @classmethod
    def load(cls, db: Database, site: str) -> Memory:
        known = {article.key: article for article in known_articles(db, site)}
        template = current_template(db, site)
        return cls(known, known_ground(db, site), wanted_urls(db, site), template)
