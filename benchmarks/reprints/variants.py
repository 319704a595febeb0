"""Reprints as sites make them, and look-alikes that are no reprints."""

from __future__ import annotations

import unicodedata
from random import Random

from reprints.texts import DIRECTIVE, PROVINCES, Text, generated, paragraph, sentence

OLD_PLACEMENT = {"òa": "oà", "óa": "oá", "ủy": "uỷ", "úy": "uý", "ỏe": "oẻ"}
SITES = tuple(f"site{n:02d}" for n in range(30))


def family(rng: Random, base: Text, reprints: int) -> list[Text]:
    """Return an original and its dated and partly credited reprints on other sites."""
    hour = rng.uniform(0, 20)
    original = base.replaced(
        published=_published(hour, day_only=False), seen=hour / 24 + 0.1, first=True
    )
    texts = [original]
    sites = [s for s in SITES if s != base.site]
    for site in rng.sample(sites, reprints):
        texts.append(_reprint(rng, original, site, hour))
    if rng.random() < 0.1:  # a duplicate on its own site ("-1" in the slug)
        texts.append(original.replaced(title=base.title, seen=original.seen + 0.2, first=False,
                                  published=_published(hour + 1, day_only=False)))  # fmt: skip
    return texts


def _reprint(rng: Random, original: Text, site: str, hour: float) -> Text:
    later = hour + rng.uniform(1, 60)
    day_only = rng.random() < 0.3
    if day_only:
        later = (hour // 24 + 1) * 24 + rng.uniform(0, 24)
    seen = later / 24 + rng.uniform(0.05, 0.4)
    if rng.random() < 0.1:
        seen = max(0.0, original.seen - 0.3)  # the crawl sees the reprint first
    credited = rng.random() < 0.4
    return original.replaced(
        site=site,
        title=sentence(rng, 10) if rng.random() < 0.5 else original.title,
        lead=None if rng.random() < 0.5 else original.lead,
        paragraphs=changed(rng, original.paragraphs, rng.uniform(0.01, 0.6)),
        published=_published(later, day_only=day_only),
        time_known=not day_only,
        source=f"Theo Báo {original.site}" if credited else None,
        seen=seen,
        first=False,
    )


def changed(rng: Random, paragraphs: tuple[str, ...], dropped: float) -> tuple[str, ...]:
    """Drop paragraphs, swap a province's name, add framing, and vary the encoding."""
    kept = [p for p in paragraphs if rng.random() >= dropped] or list(paragraphs[:2])
    if rng.random() < 0.3:
        one, two = rng.sample(PROVINCES, 2)
        kept = [p.replace(one, two) for p in kept]
    if rng.random() < 0.4:
        kept.insert(0, paragraph(rng))
        kept.append(paragraph(rng))
    if rng.random() < 0.2:
        kept = [unicodedata.normalize("NFD", p) for p in kept]
    elif rng.random() < 0.3:
        for new, old in OLD_PLACEMENT.items():
            kept = [p.replace(new, old) for p in kept]
    return tuple(kept)


def with_share(rng: Random, original: Text, share: float) -> Text:
    """Return a partial reprint of which `share` of the paragraphs is from the original."""
    count = len(original.paragraphs)
    indexes = sorted(rng.sample(range(count), max(2, round(share * count))))
    own = round(len(indexes) * (1 - share) / share)
    mixed = [original.paragraphs[n] for n in indexes] + [paragraph(rng) for _ in range(own)]
    rng.shuffle(mixed)
    site = rng.choice([s for s in SITES if s != original.site])
    return original.replaced(site=site, title=sentence(rng, 10), lead=None, first=False,
                        paragraphs=tuple(mixed), seen=original.seen + 1)  # fmt: skip


def merged(rng: Random, one: Text, two: Text) -> Text:
    """Return two articles in one; its label is that of the larger part."""
    paragraphs = (*one.paragraphs, *two.paragraphs[: len(two.paragraphs) // 2])
    site = rng.choice([s for s in SITES if s not in (one.site, two.site)])
    published = _published(24 * max(one.seen, two.seen) + 30, day_only=False)
    return one.replaced(site=site, title=sentence(rng, 12), paragraphs=paragraphs, first=False,
                   published=published, seen=max(one.seen, two.seen) + 2)  # fmt: skip


def hard_negatives(rng: Random, label: int, count: int) -> list[Text]:
    """Return articles with common sentences that are no reprints; each has its own label."""
    texts: list[Text] = []
    form = [sentence(rng, 14) for _ in range(6)]
    quotation = f"“{sentence(rng, 40)[:-1]}”, đồng chí Bí thư nói."
    for number in range(count):
        own = generated(rng, label + len(texts), rng.choice(SITES))
        match number % 4:
            case 0:  # weekly bulletins: one form with other numbers
                filled = tuple(_filled(rng, line) for line in form)
                site = "site00" if number % 8 else own.site
                texts.append(
                    own.replaced(site=site, title=f"Tin vắn tuần {number}", paragraphs=filled)
                )
            case 1:  # one quotation
                texts.append(own.replaced(paragraphs=(*own.paragraphs[:3], quotation)))
            case 2:  # the text of a directive
                texts.append(own.replaced(paragraphs=(DIRECTIVE, *own.paragraphs[:4])))
            case _:  # one form with other names and facts
                texts.append(own.replaced(paragraphs=tuple(_congress(rng) for _ in range(7))))
    return [t.replaced(seen=rng.uniform(0, 4), published=None) for t in texts]


def _filled(rng: Random, line: str) -> str:
    words = line.rstrip(".").split()
    for index in range(3, len(words), 5):
        words[index] = str(rng.randint(2, 999))
    return " ".join(words) + "."


def _congress(rng: Random) -> str:
    names = [" ".join(sentence(rng, 4).strip(".").title().split()[:3]) for _ in range(3)]
    return (
        f"Chi bộ {names[0]} tổ chức đại hội, đồng chí {names[1]} được bầu làm bí thư với "
        f"{rng.randint(9, 99)} phiếu, đồng chí {names[2]} giữ chức phó bí thư khóa mới."
    )


def _published(hour: float, *, day_only: bool) -> str:
    day, rest = divmod(hour, 24)
    date = f"2026-03-{1 + int(day):02d}"
    return date if day_only else f"{date}T{int(rest):02d}:{int(rest % 1 * 60):02d}:00+07:00"
