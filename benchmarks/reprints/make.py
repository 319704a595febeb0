"""Reprints as sites make them, and articles that only look like reprints."""

from __future__ import annotations

import unicodedata
from random import Random

from reprints.stock import DIRECTIVE, PROVINCES, Text, generated, paragraph, sentence

OLD_PLACEMENT = {"òa": "oà", "óa": "oá", "ủy": "uỷ", "úy": "uý", "ỏe": "oẻ"}
SITES = tuple(f"site{n:02d}" for n in range(30))


def family(chance: Random, base: Text, reprints: int) -> list[Text]:
    """An original and its reprints on other sites, with dates, credits and when they were seen."""
    hour = chance.uniform(0, 20)
    original = base.but(published=_printed(hour, day_only=False), seen=hour / 24 + 0.1, first=True)
    found = [original]
    sites = [s for s in SITES if s != base.site]
    for site in chance.sample(sites, reprints):
        found.append(_reprint(chance, original, site, hour))
    if chance.random() < 0.1:  # the same article once more on its own site, "-1" in the slug
        found.append(original.but(title=base.title, seen=original.seen + 0.2, first=False,
                                  published=_printed(hour + 1, day_only=False)))  # fmt: skip
    return found


def _reprint(chance: Random, original: Text, site: str, hour: float) -> Text:
    later = hour + chance.uniform(1, 60)
    day_only = chance.random() < 0.3
    if day_only:
        later = (hour // 24 + 1) * 24 + chance.uniform(0, 24)
    seen = later / 24 + chance.uniform(0.05, 0.4)
    if chance.random() < 0.1:
        seen = max(0.0, original.seen - 0.3)  # we read the reprint before the original
    credited = chance.random() < 0.4
    return original.but(
        site=site,
        title=sentence(chance, 10) if chance.random() < 0.5 else original.title,
        lead=None if chance.random() < 0.5 else original.lead,
        paragraphs=changed(chance, original.paragraphs, chance.uniform(0.01, 0.6)),
        published=_printed(later, day_only=day_only),
        time_known=not day_only,
        source=f"Theo Báo {original.site}" if credited else None,
        seen=seen,
        first=False,
    )


def changed(chance: Random, paragraphs: tuple[str, ...], dropped: float) -> tuple[str, ...]:
    """Paragraphs dropped, a province's name swapped, framing added, typed otherwise."""
    kept = [p for p in paragraphs if chance.random() >= dropped] or list(paragraphs[:2])
    if chance.random() < 0.3:
        one, two = chance.sample(PROVINCES, 2)
        kept = [p.replace(one, two) for p in kept]
    if chance.random() < 0.4:
        kept.insert(0, paragraph(chance))
        kept.append(paragraph(chance))
    if chance.random() < 0.2:
        kept = [unicodedata.normalize("NFD", p) for p in kept]
    elif chance.random() < 0.3:
        for new, old in OLD_PLACEMENT.items():
            kept = [p.replace(new, old) for p in kept]
    return tuple(kept)


def with_share(chance: Random, original: Text, share: float) -> Text:
    """A partial reprint: this share of its paragraphs is the original's, the rest is its own."""
    count = len(original.paragraphs)
    taken = sorted(chance.sample(range(count), max(2, round(share * count))))
    own = round(len(taken) * (1 - share) / share)
    mixed = [original.paragraphs[n] for n in taken] + [paragraph(chance) for _ in range(own)]
    chance.shuffle(mixed)
    site = chance.choice([s for s in SITES if s != original.site])
    return original.but(site=site, title=sentence(chance, 10), lead=None, first=False,
                        paragraphs=tuple(mixed), seen=original.seen + 1)  # fmt: skip


def merged(chance: Random, one: Text, two: Text) -> Text:
    """Two articles in one; it counts as the text that it has more of."""
    paragraphs = (*one.paragraphs, *two.paragraphs[: len(two.paragraphs) // 2])
    site = chance.choice([s for s in SITES if s not in (one.site, two.site)])
    published = _printed(24 * max(one.seen, two.seen) + 30, day_only=False)
    return one.but(site=site, title=sentence(chance, 12), paragraphs=paragraphs, first=False,
                   published=published, seen=max(one.seen, two.seen) + 2)  # fmt: skip


def hard_negatives(chance: Random, label: int, count: int) -> list[Text]:
    """Articles with much in common that are no reprints: each is a text of its own."""
    found: list[Text] = []
    form = [sentence(chance, 14) for _ in range(6)]
    quotation = f"“{sentence(chance, 40)[:-1]}”, đồng chí Bí thư nói."
    for number in range(count):
        own = generated(chance, label + len(found), chance.choice(SITES))
        match number % 4:
            case 0:  # a weekly bulletin: one form, other numbers, on one site and its imitators
                filled = tuple(_filled(chance, line) for line in form)
                site = "site00" if number % 8 else own.site
                found.append(own.but(site=site, title=f"Tin vắn tuần {number}", paragraphs=filled))
            case 1:  # one quotation in different articles
                found.append(own.but(paragraphs=(*own.paragraphs[:3], quotation)))
            case 2:  # the text of a directive in everybody's report
                found.append(own.but(paragraphs=(DIRECTIVE, *own.paragraphs[:4])))
            case _:  # one form with other names and facts in every sentence
                found.append(own.but(paragraphs=tuple(_congress(chance) for _ in range(7))))
    return [t.but(seen=chance.uniform(0, 4), published=None) for t in found]


def _filled(chance: Random, line: str) -> str:
    words = line.rstrip(".").split()
    for place in range(3, len(words), 5):
        words[place] = str(chance.randint(2, 999))
    return " ".join(words) + "."


def _congress(chance: Random) -> str:
    names = [" ".join(sentence(chance, 4).strip(".").title().split()[:3]) for _ in range(3)]
    return (
        f"Chi bộ {names[0]} tổ chức đại hội, đồng chí {names[1]} được bầu làm bí thư với "
        f"{chance.randint(9, 99)} phiếu, đồng chí {names[2]} giữ chức phó bí thư khóa mới."
    )


def _printed(hour: float, *, day_only: bool) -> str:
    day, rest = divmod(hour, 24)
    date = f"2026-03-{1 + int(day):02d}"
    return date if day_only else f"{date}T{int(rest):02d}:{int(rest % 1 * 60):02d}:00+07:00"
