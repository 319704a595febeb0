"""The options that choose sites, articles and events, for `with_options`.

The fields are the options as written; the methods check them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import typer

from crawlers.article_filter import narrowed, parse_article_query
from crawlers.event_filter import parse_event_filter
from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_sites
from storage.events.filters import EventFilter
from storage.search.parser import Query
from tinwatch.commands.options import (
    FormerProvinceOption,
    FromOption,
    ProvinceOption,
    SitesOption,
    ToOption,
)

KindsOption = Annotated[
    list[str] | None, typer.Option("--kind", help="Only events of this kind (repeatable).")
]
ClassesOption = Annotated[
    list[str] | None, typer.Option("--class", help="Only edits of this class (repeatable).")
]
MinPriorityOption = Annotated[
    float, typer.Option("--min-priority", help="Minimum priority of edits, from 0 to 1.")
]
TextOption = Annotated[
    str | None,
    typer.Option("--text", "--query", help="Only events of articles that match this query."),
]


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Sites by name and by province."""

    site: SitesOption = None
    province: ProvinceOption = None
    former_province: FormerProvinceOption = None

    def sites(self) -> list[str] | None:
        """Return the names, or None for all sites. Raise UnknownSite."""
        check_sites(self.site)
        return self.site or None

    def provinces(self) -> frozenset[str] | None:
        """Return the slugs of the former provinces, or None for all. Raise UnknownProvince."""
        return chosen_provinces(self.province, self.former_province)


@dataclass(frozen=True, slots=True)
class ArticleOptions(SiteOptions):
    """Articles by site, province and day."""

    first: FromOption = None
    last: ToOption = None

    def query(self, words: Iterable[str]) -> Query:
        """Return the query restricted by these options.

        Raise InputError or NotFound for an impossible value.
        """
        return narrowed(
            parse_article_query(" ".join(words)),
            sites=self.site or (),
            province=self.province,
            former_province=self.former_province,
            first=self.first,
            last=self.last,
        )


@dataclass(frozen=True, slots=True)
class EventOptions(ArticleOptions):
    """Events by site, province, day, kind and article."""

    kind: KindsOption = None
    edit_class: ClassesOption = None
    min_priority: MinPriorityOption = 0.0
    text: TextOption = None

    def event_filter(self, *, run: int | None = None, historical: bool = True) -> EventFilter:
        """Return the filter. Raise InputError or NotFound for an impossible value."""
        return parse_event_filter(
            first=self.first,
            last=self.last,
            kinds=self.kind or (),
            sites=self.site or (),
            classes=self.edit_class or (),
            min_priority=self.min_priority,
            text=self.text,
            province=self.province,
            former_province=self.former_province,
            run=run,
            historical=historical,
        )
