"""Response models of the JSON API; docs/api.md describes the endpoints."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from storage.exports.release.table_schema import DESCRIPTIONS

MEANINGS = DESCRIPTIONS | {  # of fields that say nothing themselves
    "article": "Id of the article.",
    "articles": "Number of articles.",
    "sites": "Number of sites.",
    "newest": "Whether the revision is the newest one.",
    "score": "Higher is better; 0 if hits are not scored.",
    "more": "Whether there are more hits.",
    "hits": "One per article.",
    "events": "In order of id.",
    "stories": "Newest first.",
    "kind": "Kind of the event, docs/events.md.",
    "summary": "What happened, in English.",
    "run": "Id of the crawl.",
    "number": "Number of the revision within the article.",
    "fingerprint": "Equal for revisions with the same words.",
    "record": "All fields, docs/record.md.",
    "field": "Field of the record.",
    "text": "As printed.",
    "op": "Whether the words are in both revisions, or only in the new or the old one.",
    "from_revision": "Number of the older revision.",
    "to_revision": "Number of the newer revision.",
    "first": "The first publisher.",
    "others": "The other articles, in the order of time.",
    "last_run": "Id of the last crawl.",
    "last_run_at": "When it ended (UTC).",
    "verdict": "Whether the health gate passed it, docs/events.md.",
    "reason_code": "Code of the reason.",
    "reason_params": "What the reason names.",
    "last_success": "When a run passed for the last time (UTC).",
    "held": "Events that wait for the gate.",
    "read": "Pages read in the last run.",
    "level": "How severe it is.",
    "words": "The problem, in English.",
    "remedy_code": "Code of the remedy.",
    "remedy_params": "What the remedy names.",
    "snippet": "Text around the matches.",
}


def _describe(schema: dict[str, Any]) -> None:
    """Give fields without a description that of their name."""
    for name, stated in schema["properties"].items():
        if "description" not in stated and name in MEANINGS:
            stated["description"] = MEANINGS[name]


class Body(BaseModel, json_schema_extra=_describe):
    """A response, of which every field is described."""


Status = Literal["live", "suspect", "removed", "moved"]


class ErrorBody(Body):
    error: str = Field(description="What is wrong, as a sentence.")


class ArticleLine(Body):
    id: int
    site: str
    key: str
    url: str | None
    title: str
    published: str | None = Field(description="As printed: ISO 8601 with +07:00, or a day.")
    status: Status
    first_seen: str = Field(description="UTC")
    last_seen: str = Field(description="UTC")
    revision: int = Field(description="Number of the newest revision.")


class ArticlePage(Body):
    articles: list[ArticleLine]
    next: int | None = Field(description="Give it as `after` for the next page; null at the end.")


class ArticleBody(Body, extra="allow"):
    """An article with its newest content (docs/record.md) and observations."""

    id: int
    site: str
    key: str
    url: str | None
    title: str
    lead: str | None
    body: list[dict[str, Any]]
    published: str | None
    province: str
    province_now: str | None
    status: Status
    revisions: int


class RevisionBody(Body):
    number: int
    cause: Literal["site", "reader"] = Field(
        description="site: the site changed it; reader: the extractor changed"
    )
    observed_at: str
    reader: str
    fingerprint: str
    record: dict[str, Any]


class SpanBody(Body):
    op: Literal["same", "added", "removed"]
    text: str


class FieldBody(Body):
    field: str
    parts: list[list[SpanBody]] = Field(description="A list of spans for each paragraph.")


class DiffBody(Body):
    article: int
    from_revision: int
    to_revision: int
    fields: list[FieldBody] = Field(description="Only fields that changed.")


class EventBody(Body, extra="allow"):
    """An event; docs/events.md has the further keys of each kind."""

    id: int
    kind: str
    site: str
    url: str | None
    article: int | None
    observed_at: str
    summary: str
    run: int


class EventPage(Body):
    events: list[EventBody]
    next: int = Field(description="Give it as `since` the next time.")


class StoryMember(Body, extra="allow"):
    article: int
    site: str
    url: str | None
    title: str
    published: str | None
    first_seen: str
    status: Status


class StoryBody(Body):
    story: int
    first: StoryMember
    others: list[StoryMember]


class StoryLine(Body):
    story: int
    newest: int = Field(description="Id of the newest article.")
    articles: int
    sites: int
    since: str = Field(description="When its first article was first seen (UTC).")
    until: str = Field(description="When its last article was first seen (UTC).")


class StoryPage(Body):
    stories: list[StoryLine]
    next: int | None = Field(description="Give it as `before` for the next page; null at the end.")


class CountBody(Body):
    first: str = Field(description="First day of the period.")
    last: str = Field(description="Last day of the period.")
    group: str | None = Field(description="Site or present province, if asked for.")
    articles: int


class SiteBody(Body):
    site: str
    title: str
    province: str
    province_now: str | None
    kind: str
    status: str
    articles: int
    newest: str | None = Field(description="Newest publication day of an article.")


class HealthBody(Body):
    site: str
    last_run: int | None
    last_run_at: str | None
    verdict: str | None
    reason: str | None = Field(description="Why the last run did not pass, in English.")
    reason_code: str | None
    last_success: str | None
    held: int
    read: int
    broken: dict[str, int] = Field(description="Field -> number of pages of the last run.")


class FindingBody(Body):
    site: str = Field(description="Name; empty for the home itself.")
    sign: str = Field(description="Code of the check, docs/health.md.")
    level: Literal["error", "warning"]
    reason_code: str
    reason_params: dict[str, Any]
    words: str
    remedy: str = Field(description="The command to run, or what to do.")
    remedy_code: str
    remedy_params: dict[str, Any]


class HealthPage(Body):
    findings: list[FindingBody] = Field(description="Problems, the worst first.")
    sites: list[HealthBody]


class HitBody(Body):
    article: int
    revision: int
    newest: bool
    site: str
    title: str
    url: str | None
    published: str | None
    status: Status
    snippet: list[tuple[str, bool]] = Field(description="Text, and whether it matched.")
    score: float


class HitPage(Body):
    hits: list[HitBody]
    more: bool
