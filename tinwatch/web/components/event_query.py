"""The filter of events in the query string of pages, feeds and the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from crawlers.event_filter import parse_event_filter
from storage.events.filters import EventFilter
from storage.messages import ReasonError
from tinwatch.web.error_pages import bad_request

# A form sends a field that nobody filled in as an empty string.
Priority = Annotated[float, BeforeValidator(lambda value: value or 0)]


class EventQuery(BaseModel, extra="forbid"):
    """Parameters that choose events; any other parameter is refused by name."""

    first: str = Field("", alias="from", description="First day, or a period: last month, 30d.")
    last: str = Field("", alias="to", description="Last day, or a period.")
    kind: list[str] = []
    site: list[str] = []
    edit_class: list[str] = Field([], alias="class", description="Only edits of these classes.")
    province: str = ""
    former_province: str = ""
    min_priority: Priority = Field(0.0, ge=0, le=1, description="Of edits.")
    text: str = Field("", description="A query that the event's article must match.")
    lang: str = Field("", description="Language of errors, en or vi.")

    def event_filter(self, *, historical: bool = True) -> EventFilter:
        """Return the filter. Raise PageError(400) for an impossible value."""
        try:
            return parse_event_filter(
                first=self.first,
                last=self.last,
                kinds=list(filter(None, self.kind)),
                sites=list(filter(None, self.site)),
                classes=list(filter(None, self.edit_class)),
                province=self.province,
                former_province=self.former_province,
                min_priority=self.min_priority,
                text=self.text,
                historical=historical,
            )
        except ReasonError as error:
            raise bad_request(error.reason) from error
