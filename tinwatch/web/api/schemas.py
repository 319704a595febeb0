"""Response models of the JSON API; docs/api.md describes the endpoints."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

Status = Literal["live", "suspect", "removed", "moved"]


class ErrorBody(BaseModel):
    error: str = Field(description="What is wrong, as a sentence.")


class ArticleLine(BaseModel):
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


class ArticlePage(BaseModel):
    articles: list[ArticleLine]
    next: int | None = Field(description="Give it as `after` for the next page; null at the end.")


class ArticleBody(BaseModel, extra="allow"):
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


class RevisionBody(BaseModel):
    number: int
    cause: Literal["site", "reader"] = Field(
        description="site: the site changed it; reader: the extractor changed"
    )
    observed_at: str
    reader: str
    fingerprint: str
    record: dict[str, Any]


class SpanBody(BaseModel):
    op: Literal["same", "added", "removed"]
    text: str


class FieldBody(BaseModel):
    field: str
    parts: list[list[SpanBody]] = Field(description="A list of spans for each paragraph.")


class DiffBody(BaseModel):
    article: int
    from_revision: int
    to_revision: int
    fields: list[FieldBody] = Field(description="Only fields that changed.")


class EventBody(BaseModel, extra="allow"):
    """An event; docs/events.md has the further keys of each kind."""

    id: int
    kind: str
    site: str
    url: str | None
    article: int | None
    observed_at: str
    summary: str
    run: int


class EventPage(BaseModel):
    events: list[EventBody]
    next: int = Field(description="Give it as `since` the next time.")


class StoryMember(BaseModel, extra="allow"):
    article: int
    site: str
    url: str | None
    title: str
    published: str | None
    first_seen: str
    status: Status


class StoryBody(BaseModel):
    story: int
    first: StoryMember
    others: list[StoryMember]


class StoryLine(BaseModel):
    story: int
    newest: int = Field(description="Id of the newest article.")
    articles: int
    sites: int
    since: str = Field(description="When its first article was first seen (UTC).")
    until: str = Field(description="When its last article was first seen (UTC).")


class StoryPage(BaseModel):
    stories: list[StoryLine]
    next: int | None = Field(description="Give it as `before` for the next page; null at the end.")


class CountBody(BaseModel):
    first: str = Field(description="First day of the period.")
    last: str = Field(description="Last day of the period.")
    group: str | None = Field(description="Site or present province, if asked for.")
    articles: int


class SiteBody(BaseModel):
    site: str
    title: str
    province: str
    province_now: str | None
    kind: str
    status: str
    articles: int
    newest: str | None = Field(description="Newest publication day of an article.")


class HealthBody(BaseModel):
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


class FindingBody(BaseModel):
    site: str = Field(description="Name; empty for the home itself.")
    sign: str = Field(description="Code of the check, docs/health.md.")
    level: Literal["error", "warning"]
    reason_code: str
    reason_params: dict[str, Any]
    words: str
    remedy: str = Field(description="The command to run, or what to do.")
    remedy_code: str
    remedy_params: dict[str, Any]


class HealthPage(BaseModel):
    findings: list[FindingBody] = Field(description="Problems, the worst first.")
    sites: list[HealthBody]


class HitBody(BaseModel):
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


class HitPage(BaseModel):
    hits: list[HitBody]
    more: bool
