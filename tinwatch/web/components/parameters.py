"""Parameters that several pages take, with their bounds: SQLite counts to 2**63."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

LARGEST = 2**62
PageNumber = Annotated[int, Query(ge=1, le=10**6)]
ArticleId = Annotated[int, Path(ge=1, le=LARGEST)]
