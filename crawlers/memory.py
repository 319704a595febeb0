"""What the database already knows of a site, loaded once when its crawl begins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from pipelines.template import Template
from pipelines.template_store import current_template
from storage.articles import Known, alias_urls, generic_articles, known_articles, known_ground
from storage.troubles import wanted_urls


@dataclass(frozen=True, slots=True)
class Memory:
    known: dict[str, Known]  # by key
    ground: set[str]  # keys below which a listing holds nothing new
    wanted: list[str]  # URLs that could not be read on an earlier night
    aliases: set[str]  # URLs that lead to a known article of another key
    generic: set[int]  # articles whose newest revision is the generic reader's
    template: Template  # what was learned of the site's template on earlier nights

    @classmethod
    def load(cls, db: Database, site: str) -> Memory:
        return cls(
            known={article.key: article for article in known_articles(db, site)},
            ground=known_ground(db, site),
            wanted=wanted_urls(db, site),
            aliases=alias_urls(db, site),
            generic=generic_articles(db, site),
            template=current_template(db, site),
        )
