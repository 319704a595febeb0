"""Words of the interface in Vietnamese and English, read from words/*.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("vi", "en")  # the first is the default
FOLDER = Path(__file__).with_name("words")


class Told(NamedTuple):
    """A line, and the language that it is in."""

    text: str
    lang: str


@cache
def words() -> dict[str, tuple[str, str]]:
    """Key -> (Vietnamese, English). Raises ValueError where two files state one key."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for key, (vietnamese, english) in tomllib.loads(file.read_text("utf-8")).items():
            if key in found:
                raise ValueError(f"{file.name}: {key} is stated in another file already")
            found[key] = (vietnamese, english)
    return found


def say(language: str, key: str, **values: object) -> str:
    """A key's words in a language. Raises KeyError for an unknown key."""
    text = words()[key][LANGUAGES.index(language)]
    return text.format(**values) if values else text
