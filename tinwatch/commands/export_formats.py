"""All formats of tinwatch export: those of storage, and those whose writers import more."""

from __future__ import annotations

from pathlib import Path

from storage.exports.registry import FORMATS as STORAGE_FORMATS
from storage.exports.registry import Format
from tinwatch.terminal.messages import UsageError, gettext

GEXF = Format(
    "gexf", "GEXF: which sites print whose texts, for Gephi", ".gexf", "text",
    "pipelines.stories.gexf:write", "edge", of_articles=False,
)  # fmt: skip

FORMATS = {**STORAGE_FORMATS, GEXF.name: GEXF}


def format_named(name: str) -> Format:
    """Return the format. Raise KeyError with the valid names."""
    if name not in FORMATS:
        names = ", ".join(FORMATS)
        raise UsageError(gettext("no format {name}; use: {names}", name=name, names=names))
    return FORMATS[name]


def format_of_file(file: Path) -> Format:
    """Return the first format with the suffix of a file. Raise UsageError if there is none."""
    for form in FORMATS.values():
        if form.suffix and file.name.endswith(form.suffix):
            return form
    suffixes = ", ".join(dict.fromkeys(f.suffix for f in FORMATS.values() if f.suffix))
    raise UsageError(gettext("{file}: use a suffix of {suffixes}", file=file, suffixes=suffixes))
