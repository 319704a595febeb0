"""What a recheck policy saw of a site's edits and takedowns, and how many fetches it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from recheck.synthetic_sites import SyntheticArticle

TAKEDOWN_HOURS = 72


@dataclass(slots=True)
class Tally:
    """Counts over the measured articles.

    Attributes:
        seen: edits of which the texts before and after were fetched
        edited_when_found: articles that were edited before they were found: the new text was
            fetched, but the edit cannot be shown
        fetches: the fetch that found an article, and its rechecks
        edit_delays: hours from each seen edit to its recheck
        takedown_delays: hours from each takedown to the first recheck that missed the article
    """

    articles: int = 0
    edits: int = 0
    seen: int = 0
    edited_when_found: int = 0
    fetches: int = 0
    edit_delays: list[float] = field(default_factory=list)
    takedowns: int = 0
    takedown_delays: list[float] = field(default_factory=list)

    def add_found(self, article: SyntheticArticle, hour: float) -> None:
        """Count an article that was found at this hour."""
        self.articles += 1
        self.fetches += 1
        self.edits += len(article.edits)
        self.edited_when_found += article.edits_between(0, hour - article.published) > 0
        self.takedowns += article.removed is not None

    def add(self, other: Tally) -> None:
        self.articles += other.articles
        self.edits += other.edits
        self.seen += other.seen
        self.edited_when_found += other.edited_when_found
        self.fetches += other.fetches
        self.edit_delays += other.edit_delays
        self.takedowns += other.takedowns
        self.takedown_delays += other.takedown_delays

    @property
    def seen_share(self) -> float:
        return self.seen / self.edits if self.edits else 1.0

    @property
    def versions_share(self) -> float:
        """The share of edited texts that were fetched."""
        return (self.seen + self.edited_when_found) / self.edits if self.edits else 1.0

    def takedowns_share(self, hours: float = TAKEDOWN_HOURS) -> float:
        """The share of takedowns that a recheck noticed within so many hours."""
        noticed = sum(delay <= hours for delay in self.takedown_delays)
        return noticed / self.takedowns if self.takedowns else 1.0

    @property
    def fetches_per_article(self) -> float:
        return self.fetches / self.articles if self.articles else 0.0

    def to_dict(self) -> dict[str, float]:
        delays = self.edit_delays
        return {
            "fetches_an_article": round(self.fetches_per_article, 2),
            "edits": self.edits,
            "versions": round(self.versions_share, 4),
            "seen": round(self.seen_share, 4),
            "missed": round(1 - self.seen_share, 4),
            "median_hours_to_edit": round(median(delays), 2) if delays else 0.0,
            "takedowns": self.takedowns,
            "takedowns_within_1_hour": round(self.takedowns_share(1), 4),
            "takedowns_within_72_hours": round(self.takedowns_share(), 4),
        }
