"""The options of the event filter: EventOptions, for `with_options`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from crawlers.event_filter import parse_event_filter
from storage.events.filters import EventFilter
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
class EventOptions:
    """The options as written; `event_filter` checks them."""

    first: FromOption = None
    last: ToOption = None
    site: SitesOption = None
    kind: KindsOption = None
    edit_class: ClassesOption = None
    min_priority: MinPriorityOption = 0.0
    text: TextOption = None
    province: ProvinceOption = None
    former_province: FormerProvinceOption = None

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
