"""All formats of tinwatch export: storage's, and those whose writers know more than storage."""

from __future__ import annotations

from storage.exports.registry import FORMATS as STORED
from storage.exports.registry import Format

GEXF = Format(
    "gexf", "GEXF: which sites print whose texts, for Gephi", ".gexf", "text",
    "pipelines.stories.gexf:write", "edge", of_articles=False,
)  # fmt: skip

FORMATS = {**STORED, GEXF.name: GEXF}


def format_named(name: str) -> Format:
    """Raises KeyError with the names that there are."""
    if name not in FORMATS:
        raise KeyError(f"no format {name!r}; there are: {', '.join(FORMATS)}")
    return FORMATS[name]
