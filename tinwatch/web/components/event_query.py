"""The filter of events in the query string of pages, feeds and the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from crawlers.article_filter import narrowed, parse_article_query
from crawlers.event_filter import parse_event_filter
from storage.db.connection import Database
from storage.events.filters import EventFilter
from storage.events.listing import Order, Position
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from storage.runs.sites import site_names
from storage.search.parser import Query
from storage.search.selection import matching_articles
from storage.stories.repository import MemberFilter
from storage.timezone import day_end, day_start
from tinwatch.web.components.parameters import MAX_ID
from tinwatch.web.error_pages import bad_request

# A form sends a field that nobody filled in as an empty string.
Names = Annotated[list[str], AfterValidator(lambda names: list(filter(None, names)))]
Priority = Annotated[float, BeforeValidator(lambda value: value or 0)]
OptionalId = Annotated[int | None, BeforeValidator(lambda value: value or None)]
DEFAULT_MIN_SITES = 2
MinSites = Annotated[int, BeforeValidator(lambda value: value or DEFAULT_MIN_SITES)]


class ArticleQuery(BaseModel, extra="forbid"):
    """Parameters that choose articles; any other parameter is refused by name."""

    first: str = Field("", alias="from", description="First day, or a period: last month, 30d.")
    last: str = Field("", alias="to", description="Last day, or a period.")
    site: Names = Field([], description="Short names of sites.")
    province: Names = Field([], description="Provinces since July 2025: slugs or names.")
    former_province: Names = Field([], description="Provinces until June 2025: slugs or names.")
    lang: str = Field("", description="Language of errors, en or vi.")

    def narrowed(self, db: Database, q: str) -> Query | None:
        """Return the query `q` with these conditions, None without any.

        A period is of publication. Raise InputError, and PageError(400) for an unknown name.
        """
        parsed = parse_article_query(q) if q.strip() else None
        if not (self.site or self.province or self.former_province or self.first or self.last):
            return parsed
        try:
            return narrowed(
                parsed,
                sites=self.site,
                province=self.province,
                former_province=self.former_province,
                first=self.first,
                last=self.last,
                stored_sites=site_names(db),
            )
        except NotFound as error:
            raise bad_request(error.reason) from error


class PeriodQuery(ArticleQuery):
    """Parameters that choose events or stories of a period."""

    text: str = Field("", description="A query that the event's article must match.")

    def event_filter(
        self, db: Database, *, historical: bool = True, **conditions: Any
    ) -> EventFilter:
        """Return the filter, with further conditions of parse_event_filter().

        Raise InputError for an impossible value, and PageError(400) for an unknown name.
        """
        try:
            return parse_event_filter(
                first=self.first,
                last=self.last,
                sites=self.site,
                province=self.province,
                former_province=self.former_province,
                text=self.text,
                historical=historical,
                stored_sites=site_names(db),
                **conditions,
            )
        except NotFound as error:
            raise bad_request(error.reason) from error

    def member_filter(self, db: Database) -> MemberFilter:
        """Return the filter of stories. Raise as event_filter() does."""
        chosen = self.event_filter(db)
        return MemberFilter(
            since=day_start(chosen.first_day) if chosen.first_day else "",
            until=day_end(chosen.last_day) if chosen.last_day else "",
            provinces=chosen.provinces,
            sites=chosen.sites or (),
            articles=matching_articles(db, chosen.query) if chosen.query else None,
        )


class StoriesQuery(PeriodQuery):
    """Parameters that choose stories: by one member, and by the number of sites."""

    min_sites: MinSites = Field(
        DEFAULT_MIN_SITES, ge=1, le=100, description="Minimum number of sites."
    )
    before: OptionalId = Field(None, ge=1, le=MAX_ID, description="`next` of the page before.")


class EventQuery(PeriodQuery):
    """Parameters that choose events."""

    kind: Names = Field([], description="Kinds of event.")
    edit_class: Names = Field([], alias="class", description="Only edits of these classes.")
    min_priority: Priority = Field(0.0, ge=0, le=1, description="Of edits.")
    run: OptionalId = Field(None, ge=1, le=MAX_ID, description="Only events of this run.")

    def event_filter(
        self, db: Database, *, historical: bool = True, **conditions: Any
    ) -> EventFilter:
        return super().event_filter(
            db,
            historical=historical,
            kinds=self.kind,
            classes=self.edit_class,
            min_priority=self.min_priority,
            run=self.run,
            **conditions,
        )


def position_after(text: str, order: Order) -> Position | None:
    """Return the position after which a page begins; None for "". Raise PageError(400)."""
    try:
        return Position.parse(text, order) if text else None
    except ValueError as error:
        message = gettext_noop("Invalid value for {name}: {why}")
        raise bad_request(message, name="after", why=text) from error
