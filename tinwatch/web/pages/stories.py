"""Stories: the same text on several sites, its first publisher and its spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pipelines.stories.clusterer import ordered_members
from pipelines.stories.comparison import MemberComparison, StoryComparison, compare_members
from pipelines.stories.first_publisher import MemberRecord
from storage.db.connection import Database
from storage.messages.reasons_lookups import NotFound
from storage.provinces.lookup import province_now
from storage.reasons import gettext_noop
from storage.runs.sites import site_provinces, site_titles
from storage.stories.listing import story_page
from storage.timezone import day_first, local_time
from tinwatch.web.addresses import redirect
from tinwatch.web.components.active_filters import active_filters
from tinwatch.web.components.event_query import StoriesQuery
from tinwatch.web.components.parameters import ArticleId
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.components.province_map import TileMap, tile_map
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
FIRST_SHADE, LATER_SHADE = 4, 1  # of the map


@router.get("/stories")
def stories(
    request: Request, db: ReadDatabase, query: Annotated[StoriesQuery, Query()]
) -> Response:
    page = story_page(db, query.member_filter(db), before=query.before, min_sites=query.min_sites)
    titles = site_titles(db)
    return render(
        request,
        "stories.html",
        rows=[(line, ordered_members(db, line.story)[0]) for line in page.lines],
        before=page.before,
        query=query,
        titles=titles,
        active=active_filters(request, titles),
        **province_choices(),
    )


@router.get("/stories/{story}")
def story(request: Request, db: ReadDatabase, story: ArticleId) -> Response:
    comparison = story_comparison(db, story)
    if comparison.story != story:
        return redirect(request, f"/stories/{comparison.story}", 308)  # merged stories redirect
    stops = _stops(comparison)
    return render(
        request,
        "story.html",
        view=comparison,
        stops=stops,
        map=_map(db, stops),
        why=comparison.why,
    )


def story_comparison(db: Database, story: int) -> StoryComparison:
    """Return the story. Raise PageError(404) if there is none."""
    try:
        return compare_members(db, story)
    except NotFound as error:
        raise not_found(gettext_noop("No such story.")) from error


@dataclass(frozen=True, slots=True)
class Stop:
    """A member in order of publication; `when`: the printed date, else the time first seen."""

    member: MemberRecord
    when: str
    other: MemberComparison | None  # None for the first publisher


def _stops(comparison: StoryComparison) -> list[Stop]:
    others = [
        Stop(other.member_record, _when(other.member_record), other) for other in comparison.others
    ]
    return [Stop(comparison.first, _when(comparison.first), None), *others]


def _when(one: MemberRecord) -> str:
    published = one.record.published
    if not published:
        return local_time(one.member.first_seen)
    return day_first(published if one.record.time_known else published[:10])


def _map(db: Database, stops: list[Stop]) -> TileMap:
    """Map the publishing provinces to their day; the first publisher is the darkest."""
    province_of = site_provinces(db)
    labels: dict[str, tuple[str, int]] = {}
    for stop in stops:
        now = province_now(province_of[stop.member.member.site])
        if now is not None and now not in labels:
            labels[now] = (stop.when[:10], LATER_SHADE if stop.other else FIRST_SHADE)
    return tile_map(labels)
