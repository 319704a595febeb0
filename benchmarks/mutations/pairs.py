"""One pair of pages by its seed: a stored page, the same one changed, and the comparison."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from crawlers.extraction.html import UnreadablePage
from mutations import markup, wording
from mutations.edits import EDITS
from mutations.pages import Base, visible
from mutations.shapes import Draft
from pipelines.changes.classify import edit_between
from pipelines.changes.fingerprint import fingerprint

NOISE: dict[str, Callable[[Draft], None]] = {
    "view counters": markup.counters,
    "clocks": markup.clocks,
    "x minutes ago": markup.minutes_ago,
    "weather": markup.weather,
    "adverts": markup.adverts,
    "adverts with pictures": markup.advert_pictures,
    "counters and ages": markup.counters_and_ages,
    "boxes of the template": markup.excluded_boxes,
    "related lists": markup.related_links,
    "CSRF, __VIEWSTATE": markup.tokens_of_forms,
    "session ids in links": markup.sessions,
    "http, https, www": markup.hosts,
    "cache-busting queries": markup.cache_busters,
    "lazy images": markup.lazy_images,
    "case of tags": markup.tag_case,
    "order of attributes": markup.attribute_order,
    "wrappers": markup.wrappers,
    "styles": markup.styles,
    "white space": markup.white_space,
    "comments": markup.comments,
    "nbsp": wording.nbsp,
    "zero-width characters": wording.zero_width,
    "NFD": wording.nfd,
    "NFC": wording.nfc,
    "tones apart": wording.half_decomposed,
    "tone placement": wording.tone_placement,
    "typography": wording.typography,
    "entities": wording.entities,
    "spans and fonts": wording.inline_markup,
    "charset": wording.charset,
}
REORDERED = "reordered blocks"  # another form of the page, chosen before the others
KINDS = (REORDERED, *NOISE)
MAX_NOISE_KINDS = 4  # kinds of noise on one page


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a page. The same plan gives the same bytes; `seed` chooses positions."""

    seed: int
    base: int
    edit: str | None
    noise: tuple[str, ...]
    old_noise: tuple[str, ...]  # the page before has its own


@dataclass(frozen=True, slots=True)
class PairResult:
    """The comparison of a pair.

    Attributes:
        field: the edited field; None for noise alone
        fields: fields reported as edited
        empty: an edit without a sentence about it
    """

    plan: Plan
    field: str | None
    fields: tuple[str, ...]
    empty: bool = False
    unreadable: str | None = None
    bytes_differ: bool = True
    text_differs: bool = True

    @property
    def right(self) -> bool:
        if self.empty or self.unreadable is not None:
            return False
        if self.field is None:
            return not self.fields
        return set(self.fields) == {self.field}


def plan(seed: int, count: int) -> Plan:
    """Plan a pair: half of them contain an edit, nearly all contain noise."""
    rng = random.Random(seed)
    edit = rng.choice(list(EDITS)) if rng.random() < 0.5 else None
    most = rng.randint(0 if edit else 1, MAX_NOISE_KINDS)
    noise = tuple(rng.sample(KINDS, most))
    old = tuple(rng.sample(KINDS, 2)) if rng.random() < 0.2 else ()
    return Plan(seed, rng.randrange(count), edit, noise, old)


def evaluate_pair(bases: list[Base], planned: Plan) -> PairResult:
    """Extract both pages and compare them as the recorder does."""
    base = bases[planned.base]
    body, kind, field = mutated(base, planned)
    before, fingerprint_before, old = base.article, base.fingerprint, base.stored
    old_body, old_text = old.body, base.visible
    try:
        if planned.old_noise:
            again = Plan(planned.seed + 1, planned.base, None, planned.old_noise, ())
            old_body, old_kind, _ = mutated(base, again)
            before = old.read(old_body, old_kind)
            fingerprint_before = fingerprint(before)
            old_text = visible(old_body, old_kind)
        after = old.read(body, kind)
    except UnreadablePage as error:
        return PairResult(planned, field, (), unreadable=str(error))
    fields: tuple[str, ...] = ()
    empty = False
    if fingerprint_before != fingerprint(after):
        found = edit_between(before, after)
        fields, empty = (found.fields, not found.summary) if found else ((), False)
    return PairResult(
        planned, field, fields, empty,
        bytes_differ=body != old_body,
        text_differs=visible(body, kind) != old_text,
    )  # fmt: skip


def mutated(base: Base, planned: Plan) -> tuple[bytes, str | None, str | None]:
    """Return the changed page's bytes, its Content-Type, and the edited field."""
    rng = random.Random(planned.seed)
    draft = base.draft(rng, int(REORDERED in planned.noise))
    field = EDITS[planned.edit](draft) if planned.edit else None
    for name in planned.noise:
        if name != REORDERED:
            NOISE[name](draft)
    body, kind = wording.encoded(draft.text(), draft.charset)
    return body, kind, field
