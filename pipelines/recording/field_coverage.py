"""Which fields a run's pages had, and by which rule: what shows that a site's template changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from storage.models import FieldState

GENERIC = (
    "generic:"  # how the rules of the generic reader begin (crawlers/extraction/generic/article.py)
)


@dataclass(slots=True)
class Coverage:
    """Counts over the pages that a run read; `selectors` by field and by the rule that found it.

    What the generic reader found on a page of a site with rules is counted like the rest: by
    its rule it can be told apart.
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
        """Pages on which a field was found otherwise than by the generic reader."""
        rules: Counter[str] = self.selectors.get(name, Counter())
        return self.fields[name] - sum(n for rule, n in rules.items() if rule.startswith(GENERIC))

    def as_stats(self) -> dict[str, Any]:
        """As it stands in a run's stats, under `coverage`."""
        return {
            "read": self.read,
            "fields": dict(self.fields),
            "selectors": {name: dict(rules) for name, rules in self.selectors.items()},
        }

    @classmethod
    def of_stats(cls, stats: dict[str, Any]) -> Coverage:
        """A run's coverage; that of no page where it was not counted."""
        said = stats.get("coverage", {})
        rules = {name: Counter(found) for name, found in said.get("selectors", {}).items()}
        return cls(said.get("read", 0), Counter(said.get("fields", {})), rules)

    @classmethod
    def total(cls, several: Iterable[Coverage]) -> Coverage:
        whole = cls()
        for one in several:
            whole.read += one.read
            whole.fields.update(one.fields)
            for name, rules in one.selectors.items():
                whole.selectors.setdefault(name, Counter()).update(rules)
        return whole
