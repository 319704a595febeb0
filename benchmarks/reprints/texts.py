"""Articles to make reprints of: generated, or from a file.

Generated text follows the word pairs of the project's fixture pages, so its phrases are as frequent
as in real articles. It contains no sentence twice.
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
    """One article of the benchmark.

    Attributes:
        label: articles with one label are copies of one text
        seen: day on which the crawl first sees it
        first: True for the original
    """

    label: int
    site: str
    title: str
    paragraphs: tuple[str, ...]
    published: str | None = None
    time_known: bool = True
    source: str | None = None
    seen: float = 0.0
    first: bool = False
    lead: str | None = None

    def replaced(self, **fields: object) -> Text:
        return replace(self, **fields)  # type: ignore[arg-type]


@cache
def _pairs() -> dict[str, list[str]]:
    """Return word -> following words in the fixture pages."""
    following: dict[str, list[str]] = defaultdict(list)
    for file in sorted(ROOT.glob("tests/sites/*/*/expected.json")):
        expected = json.loads(file.read_text(encoding="utf-8"))
        fields = expected.get("article", expected)
        for block in fields.get("body", []):
            words = (block["text"] if isinstance(block, dict) else str(block)).split()
            for one, two in pairwise(words):
                following[one].append(two)
    return dict(following)


def sentence(rng: Random, length: int) -> str:
    pairs = _pairs()
    starts = sorted(pairs)
    words = [rng.choice(starts)]
    while len(words) < length:
        after = pairs.get(words[-1])
        # sometimes any word, like names and numbers in real text
        words.append(rng.choice(after) if after and rng.random() > 0.25 else rng.choice(starts))
    text = " ".join(words).replace(".", "").strip(" ,;:")
    if rng.random() < 0.3:
        text += f" tại {rng.choice(PROVINCES)}"
    return text[:1].upper() + text[1:] + "."


def paragraph(rng: Random) -> str:
    return " ".join(sentence(rng, rng.randint(12, 32)) for _ in range(rng.randint(1, 3)))


def generated(rng: Random, label: int, site: str) -> Text:
    paragraphs = tuple(paragraph(rng) for _ in range(rng.randint(6, 14)))
    lead = sentence(rng, 24) if rng.random() < 0.7 else None
    return Text(label, site, sentence(rng, 11), paragraphs, lead=lead)


def from_file(file: Path) -> list[Text]:
    """Return the articles of `tinwatch articles --json` with four paragraphs or more."""
    texts = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        body = tuple(block["text"] for block in row["body"])
        if len(body) >= 4:
            texts.append(Text(number, row["site"], row["title"], body, lead=row["lead"]))
    return texts
