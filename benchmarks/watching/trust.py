"""A site's validators put to the test through the real trust code, night after night.

A page changes honestly with the published rates (watching/streams.py). Besides, with the chance
`silent` at each check, it has changed behind validators that stayed as they were. A host may be
honest until it is trusted, and lie from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from pipelines.honesty import (
    LIE_REMEMBERED,
    PROBES,
    audit,
    is_trusted,
    is_whole,
    probe,
    says_changed,
    would_say_unchanged,
)
from storage.validators import Audits, Validated, Validators
from watching.streams import Story, site

NIGHTS = (*range(1, 8), *range(10, 22, 3))  # of an article's life
PAGE, ANSWER = 60_000, 400  # bytes, of a page and of a 304
STILL_ASKED = 10  # checks after a lie until it is stored: 5 seconds, at 1.5 seconds a page


@dataclass(frozen=True, slots=True)
class Way:
    """How a host makes validators. per: edit (honest), answer (always another), never (stays).

    "deaf" are honest validators of a host that answers 304 whatever it is asked with.
    once_trusted: it is honest until it is first asked that way.
    """

    per: str = "edit"
    silent: float = 0.0
    once_trusted: bool = False


HONEST = Way()


@dataclass(slots=True)
class Score:
    """false: answers 304 of a page with another text; trusted: checks of a site then trusted.

    revoked: times that trust ended; lying: nights with false answers, until it did or the year was
    over.
    """

    checks: int = 0
    unchanged: int = 0
    false: int = 0
    revoked: int = 0
    lying: int = 0
    bytes: int = 0
    trusted: int = 0
    trusted_bytes: int = 0

    def as_json(self) -> dict[str, float]:
        saved = 1 - self.trusted_bytes / (self.trusted * PAGE) if self.trusted else 0.0
        return {
            "checks": self.checks,
            "false": self.false,
            "false_304": round(self.false / self.checks, 6),
            "false_of_304": round(self.false / self.unchanged, 6) if self.unchanged else 0.0,
            "revoked": self.revoked,
            "nights_lying": self.lying,
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
    turned: bool = False  # it was trusted once
    probes: int = 0  # that this night has left

    @property
    def now(self) -> Way:
        return HONEST if self.way.once_trusted and not self.turned else self.way

    def page(self, number: int, story: Story, age: float) -> Validated:
        """What the host holds now; the text is told by how often it changed, and how."""
        edits = story.edits_between(0, age)
        self.answers += 1
        text = f"{edits} {self.silent.get(number, 0)}"
        if self.now.per == "never" and number in self.kept:
            return Validated(self.kept[number][0].validators, "", text, "rules")
        version = self.answers if self.now.per == "answer" else edits
        return Validated(Validators(f'"{number} {version}"'), "", text, "rules")

    def night(self, day: int, stories: list[tuple[int, Story, float]], score: Score) -> None:
        lately = self.last_lie is not None and day - self.last_lie <= LIE_REMEMBERED.days
        trusted = is_trusted(Audits(self.audits.audited, lately))
        self.turned |= trusted
        self.probes = PROBES if self.audits.audited else 0
        audited, lied, false = 0, 0, score.false
        for number, story, age in stories:
            if number in self.kept and self.chance.random() < self.now.silent:
                self.silent[number] = self.silent.get(number, 0) + 1
            now = self.page(number, story, age)
            if number not in self.kept:  # it was found tonight, which no way of asking spares
                self.kept[number] = now, 0
                continue
            told = self._check(
                number, now, f"{day}", score, trusted=trusted and lied <= STILL_ASKED
            )
            audited += told is not None
            lied += lied > 0 or told is False
        score.lying += score.false > false
        score.revoked += trusted and lied > 0
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
        same = would_say_unchanged(before.validators, now.validators)
        if asked and (same or self.now.per == "deaf"):
            score.unchanged += 1
            score.false += before.fingerprint != now.fingerprint
            score.bytes += ANSWER
            score.trusted_bytes += ANSWER
            self.kept[number] = before, unread + 1
            return None
        score.bytes += PAGE
        score.trusted_bytes += PAGE * trusted
        self.kept[number] = now, 0
        told = audit(before, now)
        if asked or told is not None:
            return told
        return self._probe(before, now, score, trusted=trusted)

    def _probe(
        self, before: Validated, now: Validated, score: Score, *, trusted: bool
    ) -> bool | None:
        """False: a lie. Truth is no audit; it says nothing of pages whose validators stay."""
        if not self.probes or not says_changed(before.validators, now.validators):
            return None
        self.probes -= 1
        deaf = self.now.per == "deaf"
        cost = ANSWER if deaf else PAGE
        score.bytes += cost
        score.trusted_bytes += cost * trusted
        return probe(before, now) if deaf else None


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
