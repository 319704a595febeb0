"""Request parameters that several pages take, with their bounds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

MAX_ID = 2**62  # below SQLite's largest integer
PageNumber = Annotated[int, Query(ge=1, le=10**6)]
ArticleId = Annotated[int, Path(ge=1, le=MAX_ID)]
OlderRevision = Annotated[int | None, Query(alias="from", ge=1, le=MAX_ID)]
NewerRevision = Annotated[int | None, Query(alias="to", ge=1, le=MAX_ID)]
