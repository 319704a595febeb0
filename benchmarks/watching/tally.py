"""What a way of watching saw of a site's edits and takedowns, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

TAKEDOWN_HOURS = 72


@dataclass(slots=True)
class Tally:
    """`fetches` counts the fetch that found an article. An edit before it is never seen.

    first: articles that were found when they had been edited: the text is fetched, not the edit.
    """

    articles: int = 0
    edits: int = 0
    seen: int = 0
    first: int = 0
    fetches: int = 0
    late: list[float] = field(default_factory=list)  # hours from an edit that was seen to its check
    gone: int = 0
    gone_late: list[float] = field(default_factory=list)  # hours until a check missed the article

    def add(self, other: Tally) -> None:
        self.articles += other.articles
        self.edits += other.edits
        self.seen += other.seen
        self.first += other.first
        self.fetches += other.fetches
        self.late += other.late
        self.gone += other.gone
        self.gone_late += other.gone_late

    @property
    def share(self) -> float:
        return self.seen / self.edits if self.edits else 1.0

    @property
    def versions_share(self) -> float:
        """Edited texts that were fetched, of all."""
        return (self.seen + self.first) / self.edits if self.edits else 1.0

    @property
    def takedowns_share(self) -> float:
        """Takedowns that a check noticed within TAKEDOWN_HOURS, of all."""
        noticed = sum(hours <= TAKEDOWN_HOURS for hours in self.gone_late)
        return noticed / self.gone if self.gone else 1.0

    @property
    def an_article(self) -> float:
        return self.fetches / self.articles if self.articles else 0.0

    def as_json(self) -> dict[str, float]:
        return {
            "fetches_an_article": round(self.an_article, 2),
            "edits": self.edits,
            "versions": round(self.versions_share, 4),
            "seen": round(self.share, 4),
            "missed": round(1 - self.share, 4),
            "median_hours_to_edit": round(median(self.late), 2) if self.late else 0.0,
            "takedowns": self.gone,
            "takedowns_within_1_hour": round(
                sum(hours <= 1 for hours in self.gone_late) / self.gone if self.gone else 1.0, 4
            ),
            "takedowns_within_72_hours": round(self.takedowns_share, 4),
        }
