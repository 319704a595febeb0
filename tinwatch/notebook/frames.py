"""pandas data frames with typed columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from storage.extras import optional_extra
from storage.timezone import day_of_article

if TYPE_CHECKING:
    import pandas as pd

    from storage.exports.selection import Row

Kind = Literal["text", "category", "number", "real", "flag", "utc", "local", "day", "object"]
Columns = dict[str, Kind]
MIDNIGHT = "T00:00:00+07:00"  # time of a date without a time
ZONE = "Asia/Ho_Chi_Minh"

ARTICLE: Columns = {
    "id": "number", "site": "category", "site_title": "category", "site_kind": "category",
    "province": "category", "province_now": "category", "key": "text", "url": "text",
    "title": "text", "lead": "text", "text": "text", "published": "local", "time_known": "flag",
    "day": "day", "day_source": "category", "updated": "local", "authors": "object",
    "source": "text", "section": "category", "tags": "object", "captions": "object",
    "language": "category", "status": "category",
    "story": "number", "revision": "number", "revisions": "number", "cause": "category",
    "observed_at": "utc", "first_seen": "utc", "last_seen": "utc", "last_checked": "utc",
}  # fmt: skip
COUNT: Columns = {"first": "day", "last": "day", "group": "category", "articles": "number"}
EVENT: Columns = {
    "id": "number", "kind": "category", "site": "category", "article": "number", "url": "text",
    "observed_at": "utc", "summary": "text", "class": "category", "detail": "object",
    "run": "number",
}  # fmt: skip
DIFF: Columns = {"field": "category", "part": "number", "op": "category", "text": "text"}
HIT: Columns = {
    "article": "number", "revision": "number", "newest": "flag", "site": "category",
    "title": "text", "url": "text", "published": "local", "day": "day", "day_source": "category",
    "status": "category", "snippet": "text", "score": "real",
}  # fmt: skip
STORY: Columns = {
    "story": "number", "articles": "number", "sites": "number", "first_article": "number",
    "first_site": "category", "title": "text", "since": "utc", "until": "utc",
}  # fmt: skip
MEMBER: Columns = {
    "article": "number", "site": "category", "url": "text", "title": "text",
    "published": "local", "time_known": "flag", "first_seen": "utc", "status": "category",
    "source": "text", "first": "flag", "headline_changed": "flag", "passages_kept": "number",
    "passages_added": "object", "passages_cut": "object", "carries_revision": "number",
    "missed_edit": "text",
}  # fmt: skip


def pandas() -> Any:
    """Import pandas. Raise MissingExtra."""
    with optional_extra("notebook"):
        import pandas
    return pandas


def frame(
    rows: Iterable[dict[str, Any]], kinds: Columns, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return a frame with these columns, by default all. Raise ValueError for an unknown column.

    Missing keys are missing values. Rows are consumed one by one to save memory.
    """
    pd = pandas()
    chosen = list(kinds if columns is None else columns)
    unknown = [name for name in chosen if name not in kinds]
    if unknown:
        raise ValueError(f"no column {unknown[0]!r}; there are: {', '.join(kinds)}")
    values: dict[str, list[Any]] = {name: [] for name in chosen}
    for row in rows:
        for name in chosen:
            values[name].append(row.get(name))
    return pd.DataFrame({name: _typed(pd, kinds[name], values[name]) for name in chosen})


def _typed(pd: Any, kind: Kind, values: list[Any]) -> Any:
    if kind in ("utc", "local"):
        times = [v + MIDNIGHT if v and len(v) == len("2025-03-07") else v for v in values]
        read = pd.Series(pd.to_datetime(times, utc=True, format="ISO8601")).dt.as_unit("us")
        return read if kind == "utc" else read.dt.tz_convert(ZONE)
    if kind == "day":
        return pd.Series(pd.to_datetime(values, format="ISO8601")).dt.as_unit("us")
    types = {"text": "string", "category": "category", "number": "Int64", "real": "Float64",
             "flag": "boolean", "object": "object"}  # fmt: skip
    return pd.Series(values, dtype=types[kind])


def article_row(row: Row) -> dict[str, Any]:
    """Convert an export row to the columns of ARTICLE: names instead of objects, and `text`."""
    day, day_source = day_of_article(row["published"], row["first_seen"])
    return row | {
        "day": day,
        "day_source": day_source,
        "text": text_of(row),
        "authors": [author["name"] for author in row["authors"]],
        "source": row["source"]["name"] if row["source"] else None,
        "captions": [caption["text"] for caption in row["captions"]],
    }


def text_of(record: dict[str, Any]) -> str:
    """Return lead and body, with an empty line between blocks."""
    lead = [record["lead"]] if record["lead"] else []
    return "\n\n".join([*lead, *(block["text"] for block in record["body"])])
