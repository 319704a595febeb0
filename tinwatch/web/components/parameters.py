"""Request parameters that several pages take, with their bounds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from fastapi import Path, Query, Request
from fastapi.params import Depends, Form
from fastapi.params import Query as QueryParameter
from pydantic import BaseModel

from storage.reasons import gettext_noop
from tinwatch.web.error_pages import bad_request
from tinwatch.web.feed_access import KEY, is_feed

MAX_ID = 2**62  # below SQLite's largest integer
PageNumber = Annotated[int, Query(ge=1, le=10**6)]
ArticleId = Annotated[int, Path(ge=1, le=MAX_ID, description="Its id.")]
OlderRevision = Annotated[
    int | None, Query(alias="from", ge=1, le=MAX_ID, description="Number of the older revision.")
]
NewerRevision = Annotated[
    int | None, Query(alias="to", ge=1, le=MAX_ID, description="Number of the newer revision.")
]


def refuse_unknown_parameters(request: Request) -> None:
    """Raise PageError(400) for a parameter in the query string that the page does not take."""
    route = request.scope["route"]
    known = query_parameters(route.endpoint) - request.path_params.keys() | {"lang"}
    if is_feed(request):
        known |= {KEY}
    for name in request.query_params:
        if name not in known:
            raise bad_request(gettext_noop("Unknown parameter: {name}"), name=name)


@cache
def query_parameters(endpoint: Callable[..., Any]) -> frozenset[str]:
    """Return the names in the path and the query string that a function of a page takes."""
    hints = get_type_hints(endpoint, include_extras=True)
    found: set[str] = set()
    for name in inspect.signature(endpoint).parameters:
        kind, *stated = get_args(hints[name]) or (hints[name],)
        if kind is Request or any(isinstance(each, Depends | Form) for each in stated):
            continue
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= {field.alias or key for key, field in kind.model_fields.items()}
            continue
        aliases = [each.alias for each in stated if isinstance(each, QueryParameter)]
        found.add(next(filter(None, aliases), name))
    return frozenset(found)
