"""The record of an article and the codes of its life cycle: plain data, to JSON and back.

Field names are those of docs/record.md; every export and command uses them unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from storage.reasons import Reason

BlockKind = Literal["paragraph", "subhead", "quote", "list item", "table row"]
AuthorKind = Literal["person", "organisation"]
Role = Literal["text", "photo", "video", "translation", "compilation", "graphics"]
State = Literal["value", "absent", "broken"]


class ArticleStatus(StrEnum):
    """The state of an article, from all its checks."""

    LIVE = "live"
    SUSPECT = "suspect"  # missed, but not often or long enough for REMOVED
    REMOVED = "removed"
    MOVED = "moved"  # to the page of another article


class EventKind(StrEnum):
    """What happened to an article, a story or a site; docs/events.md explains each."""

    NEW = "new"
    EDITED = "edited"
    MOVED = "moved"
    REMOVED = "removed"
    RESTORED = "restored"
    REPOSTED = "reposted"
    CORRECTED = "corrected"  # a late capture showed that an event before it is not as published
    STORY_MERGED = "story_merged"
    STORY_SPLIT = "story_split"
    OUTAGE = "outage"
    RECOVERED = "recovered"
    REDESIGN = "redesign"
    DOMAIN_MOVED = "domain_moved"
    SILENT = "silent"


class EditClass(StrEnum):
    """How far an edit goes."""

    COSMETIC = "cosmetic"
    CORRECTION = "correction"
    TITLE = "title"
    DATE = "date"
    BYLINE = "byline"
    SUBSTANTIVE = "substantive"


class RevisionCause(StrEnum):
    """Who made a revision differ from the one before it."""

    SITE = "site"  # the site edited the article
    EXTRACTOR = "extractor"  # our own rules changed

    @property
    def exported(self) -> Literal["site", "reader"]:
        """The value in exports and the API, where the extractor is called "reader"."""
        return "reader" if self is RevisionCause.EXTRACTOR else "site"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of body text in reading order.

    Attributes:
        cells: the cells of a table row, also the empty ones; an empty cell follows a cell for each
            further column that it spans
    """

    kind: BlockKind
    text: str
    cells: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the block as JSON data; only a table row has cells."""
        data: dict[str, Any] = {"kind": self.kind, "text": self.text}
        return {**data, "cells": list(self.cells)} if self.cells else data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Block:
        return cls(data["kind"], data["text"], tuple(data.get("cells", ())))


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    kind: AuthorKind
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The source that the page credits for the text."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    text: str
    photographer: str | None = None


@dataclass(frozen=True, slots=True)
class FieldState:
    """A field is a value, absent (the site does not print it) or broken (it should be there).

    `rule`: the extraction rule that found the value, or should have.
    """

    state: State
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One normalised article. `published`, `updated`: ISO 8601 with +07:00, or a plain date."""

    site: str
    key: str
    url: str | None
    title: str
    title_folded: str
    lead: str | None
    dateline: str | None
    body: tuple[Block, ...]
    captions: tuple[Caption, ...]
    published: str | None
    published_as_printed: str | None
    updated: str | None
    updated_as_printed: str | None
    time_known: bool | None
    authors: tuple[Author, ...]
    byline_as_printed: str | None
    source: Source | None
    source_as_printed: str | None
    section: str | None
    tags: tuple[str, ...]
    images: tuple[str, ...]
    language: str
    fields: dict[str, FieldState] = field(default_factory=dict)
    warnings: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON data. `asdict` would copy every text."""
        return {
            **_values(self),
            "body": [block.to_dict() for block in self.body],
            "captions": [_values(caption) for caption in self.captions],
            "authors": [_values(author) for author in self.authors],
            "source": _values(self.source) if self.source else None,
            "fields": {name: _values(state) for name, state in self.fields.items()},
            "warnings": [warning.to_dict() for warning in self.warnings],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Article:
        return cls(
            **{
                **data,
                "body": tuple(map(Block.from_dict, data["body"])),
                "captions": tuple(Caption(**c) for c in data["captions"]),
                "authors": tuple(
                    Author(a["name"], a["kind"], tuple(a["roles"])) for a in data["authors"]
                ),
                "source": Source(**data["source"]) if data["source"] else None,
                "tags": tuple(data["tags"]),
                "images": tuple(data["images"]),
                "fields": {k: FieldState(**v) for k, v in data["fields"].items()},
                "warnings": tuple(map(Reason.of, data["warnings"])),
            }
        )


def _values(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}
