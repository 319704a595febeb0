"""Stories: one text on several sites, who printed it first, and how it spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from crawlers.province_filter import chosen_provinces
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.comparison import MemberComparison, StoryComparison, view
from pipelines.stories.first_publisher import MemberRecord
from storage.db.connection import Database, from_utc_text
from storage.provinces.lookup import present_provinces, province_now
from storage.provinces.names import UnknownProvince
from storage.reasons import gettext_noop
from storage.runs.sites import site_provinces, site_titles
from storage.stories.listing import story_page
from storage.timezone import VIETNAM
from tinwatch.web.components.parameters import LARGEST, ArticleId
from tinwatch.web.components.province_map import TileMap, tile_map
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request, not_found, reason_of
from tinwatch.web.rendering import day_first, render

router = APIRouter(include_in_schema=False)
FIRST, LATER = 4, 1  # shades of the map


@router.get("/stories")
def stories(
    request: Request,
    db: ReadDatabase,
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    min_sites: Annotated[int, Query(ge=1, le=100)] = 2,
    site: str = "",
    province: str = "",
) -> Response:
    try:
        chosen = chosen_provinces(province or None, None)
    except UnknownProvince as error:
        raise bad_request(reason_of(error)) from error
    page = story_page(db, before=before, min_sites=min_sites, site=site, provinces=chosen)
    return render(
        request,
        "stories.html",
        rows=[(line, ordered_members(db, line.story)[0]) for line in page.lines],
        before=page.before,
        min_sites=min_sites,
        site=site,
        province=province,
        provinces=present_provinces(),
        titles=site_titles(db),
    )


@router.get("/stories/{story}")
def story(request: Request, db: ReadDatabase, story: ArticleId) -> Response:
    found = told(db, story)
    if found.story != story:
        return RedirectResponse(f"/stories/{found.story}", 308)  # it was merged into this one
    stops = _stops(found)
    return render(
        request,
        "story.html",
        view=found,
        stops=stops,
        map=_map(db, stops),
        why=found.why,
    )


def told(db: Database, story: int) -> StoryComparison:
    """Raises PageError(404)."""
    try:
        return view(db, story)
    except KeyError as error:
        raise not_found(gettext_noop("No such story.")) from error


@dataclass(frozen=True, slots=True)
class Stop:
    """A member in the order of the spread; `when` is what its page prints, else what we saw."""

    printed: MemberRecord
    when: str
    other: MemberComparison | None  # None of the first publisher


def _stops(found: StoryComparison) -> list[Stop]:
    others = [Stop(other.printed, _when(other.printed), other) for other in found.others]
    return [Stop(found.first, _when(found.first), None), *others]


def _when(one: MemberRecord) -> str:
    stated = one.record.published
    if not stated:
        return from_utc_text(one.member.first_seen).astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
    return stated[:16].replace("T", " ") if one.record.time_known else stated[:10]


def _map(db: Database, stops: list[Stop]) -> TileMap:
    """Provinces that printed it: the day, and by shade whether it was the first."""
    province_of = site_provinces(db)
    said: dict[str, tuple[str, int]] = {}
    for stop in stops:
        now = province_now(province_of[stop.printed.member.site])
        if now is not None and now not in said:
            said[now] = (day_first(stop.when[:10]), LATER if stop.other else FIRST)
    return tile_map(said)
