"""A site's validators put to the test through the real trust code, night after night.

A page changes honestly with the published rates (watching/streams.py). Besides, with the chance
`silent` at each check, it has changed behind validators that stayed as they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from pipelines.honesty import LIE_REMEMBERED, audit, is_trusted, is_whole, would_say_unchanged
from storage.validators import Audits, Validated, Validators
from watching.streams import Story, site

NIGHTS = (*range(1, 8), *range(10, 22, 3))  # of an article's life
PAGE, ANSWER = 60_000, 400  # bytes, of a page and of a 304


@dataclass(frozen=True, slots=True)
class Way:
    """How a host makes validators. per: edit (honest), never (never changes), answer (always)."""

    per: str = "edit"
    silent: float = 0.0


@dataclass(slots=True)
class Score:
    """false: answers 304 of a page with another text; trusted: checks of a site then trusted."""

    checks: int = 0
    false: int = 0
    bytes: int = 0
    trusted: int = 0
    trusted_bytes: int = 0

    def as_json(self) -> dict[str, float]:
        saved = 1 - self.trusted_bytes / (self.trusted * PAGE) if self.trusted else 0.0
        return {
            "checks": self.checks,
            "false_304": round(self.false / self.checks, 6),
            "saved": round(1 - self.bytes / (self.checks * PAGE), 4),
            "trusted": round(self.trusted / self.checks, 4),
            "saved_while_trusted": round(saved, 4),
        }


@dataclass(slots=True)
class Host:
    """A host, and what is kept of its pages."""

    way: Way
    chance: Random
    audits: Audits = field(default_factory=Audits)
    last_lie: int | None = None
    kept: dict[int, tuple[Validated, int]] = field(default_factory=dict)  # page, 304s since
    silent: dict[int, int] = field(default_factory=dict)  # silent changes so far
    answers: int = 0

    def page(self, number: int, story: Story, age: float) -> Validated:
        """What the host holds now; the text is told by how often it changed, and how."""
        edits = story.edits_between(0, age)
        self.answers += 1
        version = {"edit": edits, "never": 0, "answer": self.answers}[self.way.per]
        text = f"{edits} {self.silent.get(number, 0)}"
        return Validated(Validators(f'"{number} {version}"'), "", text, "rules")

    def night(self, day: int, stories: list[tuple[int, Story, float]], score: Score) -> None:
        lately = self.last_lie is not None and day - self.last_lie <= LIE_REMEMBERED.days
        trusted = is_trusted(Audits(self.audits.audited, lately))
        audited, lied = 0, False
        for number, story, age in stories:
            if number in self.kept and self.chance.random() < self.way.silent:
                self.silent[number] = self.silent.get(number, 0) + 1
            now = self.page(number, story, age)
            if number not in self.kept:  # it was found tonight, which no way of asking spares
                self.kept[number] = now, 0
                continue
            told = self._check(number, now, f"{day}", score, trusted=trusted)
            audited += told is not None
            lied = lied or told is False
        if lied:
            self.last_lie, self.audits = day, Audits()
        else:
            self.audits = Audits(self.audits.audited + audited)

    def _check(
        self, number: int, now: Validated, night: str, score: Score, *, trusted: bool
    ) -> bool | None:
        before, unread = self.kept[number]
        score.checks += 1
        score.trusted += trusted
        asked = trusted and not is_whole(f"https://bao.example/{number}", night, unread)
        if asked and would_say_unchanged(before.validators, now.validators):
            score.false += before.fingerprint != now.fingerprint
            score.bytes += ANSWER
            score.trusted_bytes += ANSWER
            self.kept[number] = before, unread + 1
            return None
        score.bytes += PAGE
        score.trusted_bytes += PAGE * trusted
        self.kept[number] = now, 0
        return audit(before, now)


def watched(way: Way, seed: int, days: int, a_day: int) -> Score:
    """One site over some nights, each of its articles checked as on quiet nights."""
    host, score = Host(way, Random(seed)), Score()
    stories = list(enumerate(site(seed, days, a_day)))
    nights: dict[int, list[tuple[int, Story, float]]] = {}
    for number, story in stories:
        first = int(story.published // 24) + 1
        for later in (0, *NIGHTS):
            age = (first + later) * 24 - story.published
            nights.setdefault(first + later, []).append((number, story, age))
    for day in range(1, days):
        host.night(day, nights.get(day, []), score)
    return score
