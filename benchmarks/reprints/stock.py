"""A stock of articles to make reprints from: generated ones, or those of a file.

Generated text follows the word pairs of the project's own fixture pages, so that its common
phrases are as common as in print, and holds no sentence twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
PROVINCES = ("Hậu Giang", "Cần Thơ", "Lào Cai", "Yên Bái", "Gia Lai", "Trà Vinh", "Bắc Kạn")
DIRECTIVE = (
    "Các chi bộ tiếp tục thực hiện Chỉ thị số 05-CT/TW của Bộ Chính trị về đẩy mạnh học tập và "
    "làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh gắn với Nghị quyết Trung ương 4 khóa XII "
    "về tăng cường xây dựng, chỉnh đốn Đảng."
)


@dataclass(frozen=True)
class Text:
    """One article of the benchmark. `label` is the text that it is a copy of."""

    label: int
    site: str
    title: str
    paragraphs: tuple[str, ...]
    published: str | None = None
    time_known: bool = True
    source: str | None = None
    seen: float = 0.0  # days
    first: bool = False  # it is the one that was printed first
    lead: str | None = None

    def but(self, **fields: object) -> Text:
        return replace(self, **fields)  # type: ignore[arg-type]


@cache
def _pairs() -> dict[str, list[str]]:
    """Which word follows which in our own fixture pages."""
    following: dict[str, list[str]] = defaultdict(list)
    for file in sorted(ROOT.glob("tests/sites/*/*/expected.json")):
        expected = json.loads(file.read_text(encoding="utf-8"))
        fields = expected.get("article", expected)
        for block in fields.get("body", []):
            words = (block["text"] if isinstance(block, dict) else str(block)).split()
            for one, two in pairwise(words):
                following[one].append(two)
    return dict(following)


def sentence(chance: Random, length: int) -> str:
    pairs = _pairs()
    starts = sorted(pairs)
    words = [chance.choice(starts)]
    while len(words) < length:
        after = pairs.get(words[-1])
        # now and then another word, as names and figures are in print
        words.append(
            chance.choice(after) if after and chance.random() > 0.25 else chance.choice(starts)
        )
    text = " ".join(words).replace(".", "").strip(" ,;:")
    if chance.random() < 0.3:
        text += f" tại {chance.choice(PROVINCES)}"
    return text[:1].upper() + text[1:] + "."


def paragraph(chance: Random) -> str:
    return " ".join(sentence(chance, chance.randint(12, 32)) for _ in range(chance.randint(1, 3)))


def generated(chance: Random, label: int, site: str) -> Text:
    paragraphs = tuple(paragraph(chance) for _ in range(chance.randint(6, 14)))
    lead = sentence(chance, 24) if chance.random() < 0.7 else None
    return Text(label, site, sentence(chance, 11), paragraphs, lead=lead)


def from_file(file: Path) -> list[Text]:
    """Articles as `tinwatch articles --json` writes them, without those of few paragraphs."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        body = tuple(block["text"] for block in row["body"])
        if len(body) >= 4:
            found.append(Text(number, row["site"], row["title"], body, lead=row["lead"]))
    return found
