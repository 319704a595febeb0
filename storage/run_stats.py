"""What a run counted (docs/schema.md, "Counts of a run"), as it is stored in `runs.stats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from typing import Any

from storage.models import FieldState
from storage.reasons import Reason

GENERIC = "generic:"  # how the rules of the generic extractor begin (crawlers/extraction/generic/)

FINISHED = "finished"  # under "ended", if the crawl did not end early


@dataclass(slots=True)
class Coverage:
    """Which fields the pages had that a run read, and by which rule each was found.

    Pages of a site with rules that the generic extractor had to read are counted like the rest;
    their rules begin with GENERIC.

    Attributes:
        read: pages
        fields: field -> pages on which it has a value
        selectors: field -> rule -> pages on which that rule found it
    """

    read: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    selectors: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, states: dict[str, FieldState]) -> None:
        """One more page was read, with its fields in these states."""
        self.read += 1
        for name, state in states.items():
            if state.state != "value":
                continue
            self.fields[name] += 1
            if state.rule is not None:
                self.selectors.setdefault(name, Counter())[state.rule] += 1

    def copy(self) -> Coverage:
        own = {name: Counter(rules) for name, rules in self.selectors.items()}
        return Coverage(self.read, Counter(self.fields), own)

    def by_rules(self, name: str) -> int:
        """Pages on which the site's own rules found a field."""
        rules: Counter[str] = self.selectors.get(name, Counter())
        return self.fields[name] - sum(n for rule, n in rules.items() if rule.startswith(GENERIC))

    def to_dict(self) -> dict[str, Any]:
        rules = {name: dict(found) for name, found in self.selectors.items()}
        return {"read": self.read, "fields": dict(self.fields), "selectors": rules}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Coverage:
        rules = {name: Counter(found) for name, found in data.get("selectors", {}).items()}
        return cls(data.get("read", 0), Counter(data.get("fields", {})), rules)

    @classmethod
    def total(cls, several: Iterable[Coverage]) -> Coverage:
        whole = cls()
        for one in several:
            whole.read += one.read
            whole.fields.update(one.fields)
            for name, rules in one.selectors.items():
                whole.selectors.setdefault(name, Counter()).update(rules)
        return whole


@dataclass(frozen=True, slots=True)
class Problem:
    """An address that could not be read, and why."""

    url: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate of the site's host. `not_after`: when it ends, UTC text."""

    host: str
    not_after: str


@dataclass(frozen=True, slots=True)
class RobotsFacts:
    """A robots.txt: its hash, its first lines without comments, and what it forbids.

    `listings`, `articles`: addresses that were looked up in it, and those of them it forbids.
    """

    sha256: str
    lines: tuple[str, ...] = ()
    listings: int = 0
    listings_forbidden: int = 0
    articles: int = 0
    articles_forbidden: int = 0


@dataclass(frozen=True, slots=True)
class CanaryFailure:
    """A pinned article that was missing, unreadable or changed."""

    article: int
    url: str | None
    why: Reason


@dataclass(frozen=True, slots=True)
class CanaryStats:
    """`checked`: pinned articles that answered; `failed`: those that were not as expected."""

    checked: int = 0
    failed: tuple[CanaryFailure, ...] = ()


@dataclass(slots=True)
class RunStats:
    """The counts of a run. docs/schema.md says what each key means.

    `other` holds the keys that this version does not know, such as those of older versions; they
    are kept if the counts are stored again.
    """

    requests: int = 0
    responses: int = 0
    bytes: int = 0
    listings: int = 0
    links: int = 0
    rechecked: int = 0
    ended: Reason | str | None = None  # FINISHED, or why the crawl stopped early
    deep: int = 0
    files: int = 0
    rebuilt: bool = False
    robots_unreadable: Reason | None = None
    certificate: Certificate | None = None
    robots: RobotsFacts | None = None

    read: int = 0
    generic: int = 0
    new: int = 0
    edited: int = 0
    folded: int = 0
    unchanged: int = 0
    older: int = 0
    reread: int = 0
    unparsable: int = 0
    restored: int = 0
    moved: int = 0
    missing: int = 0
    missing_live: int = 0
    rechecked_live: int = 0
    quarantined: int = 0
    textless: int = 0
    refused: int = 0
    blocked: int = 0
    failed: int = 0
    failed_again: int = 0
    listings_failed: int = 0
    not_modified: int = 0  # only in runs of versions that made conditional requests for articles

    broken_fields: Counter[str] = field(default_factory=Counter)
    disputed_fields: Counter[str] = field(default_factory=Counter)
    redirected_to: Counter[str] = field(default_factory=Counter)
    coverage: Coverage = field(default_factory=Coverage)
    problems: list[Problem] = field(default_factory=list)
    answered_again: list[str] = field(default_factory=list)  # URLs of suspects that were read
    cut_listings: list[Problem] = field(default_factory=list)  # the first page not read of each
    collisions: list[Problem] = field(default_factory=list)  # two articles with one key
    unknown_forms: list[Problem] = field(default_factory=list)  # listings with another form of URL
    template: int | None = None
    canaries: CanaryStats = field(default_factory=CanaryStats)
    first_look: dict[str, Any] | None = None
    other: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> RunStats:
        """A copy whose counters and lists are its own."""
        return replace(
            self,
            broken_fields=Counter(self.broken_fields),
            disputed_fields=Counter(self.disputed_fields),
            redirected_to=Counter(self.redirected_to),
            coverage=self.coverage.copy(),
            problems=[*self.problems],
            answered_again=[*self.answered_again],
            cut_listings=[*self.cut_listings],
            collisions=[*self.collisions],
            unknown_forms=[*self.unknown_forms],
            other=dict(self.other),
        )

    def merged(self, more: RunStats) -> RunStats:
        """These counts, and in their place those of `more` that are not at their default."""
        return replace(self, **_stated(more))

    def counts(self) -> dict[str, int]:
        """The counts that are not 0, by name."""
        return {name: value for name, value in _stated(self).items() if type(value) is int}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> RunStats:
        known = {f.name for f in fields(cls)} - {"other"}
        stated = {
            name: _DECODERS[name](value) if name in _DECODERS and value is not None else value
            for name, value in data.items()
            if name in known
        }
        return cls(**stated, other={k: v for k, v in data.items() if k not in known})

    def to_dict(self) -> dict[str, Any]:
        """The values that are not at their default; of a crawl always its first six counts."""
        stated = _stated(self)
        other = stated.pop("other", {})
        if self.ended is not None:
            stated |= {name: getattr(self, name) for name in _OF_A_CRAWL}
        return {**{name: _plain(value) for name, value in stated.items()}, **other}


_OF_A_CRAWL = ("requests", "responses", "bytes", "listings", "links", "rechecked")


def _canaries(data: dict[str, Any]) -> CanaryStats:
    failed = [
        CanaryFailure(c["article"], c.get("url"), Reason.of(c["why"]))
        for c in data.get("failed", [])
    ]
    return CanaryStats(data.get("checked", len(failed)), tuple(failed))


def _problems(data: list[dict[str, Any]]) -> list[Problem]:
    return [Problem(p["url"], Reason.of(p["reason"])) for p in data]


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "broken_fields": Counter,
    "disputed_fields": Counter,
    "redirected_to": Counter,
    "coverage": Coverage.from_dict,
    "ended": lambda value: FINISHED if value == FINISHED else Reason.of(value),
    "robots_unreadable": Reason.of,
    "problems": _problems,
    "cut_listings": _problems,
    "collisions": _problems,
    "unknown_forms": _problems,
    "certificate": lambda data: Certificate(data["host"], data["not_after"]),
    "robots": lambda data: RobotsFacts(**{**data, "lines": tuple(data.get("lines", []))}),
    "canaries": _canaries,
}


def _stated(stats: RunStats) -> dict[str, Any]:
    """The values that are not at their default, by name."""
    values = {f.name: (getattr(stats, f.name), _default(f)) for f in fields(stats)}
    return {name: value for name, (value, default) in values.items() if value != default}


def _default(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


def _plain(value: Any) -> Any:
    """As JSON data."""
    if isinstance(value, Coverage):
        return value.to_dict()
    if isinstance(value, Reason):
        return value.to_dict()
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
