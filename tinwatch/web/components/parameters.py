"""Request parameters that several pages take, with their bounds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

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
    """Raise PageError(400) for a parameter in the query string that the page does not take.

    Also for a second value of a parameter that the page takes once, which would be ignored.
    """
    route = request.scope["route"]
    known = dict(query_parameters(route.endpoint)) | {"lang": False}
    for name in request.path_params:
        known.pop(name, None)
    if is_feed(request):
        known[KEY] = False
    for name in request.query_params:
        if name not in known:
            names = ", ".join(sorted(known))
            message = gettext_noop("Unknown parameter: {name}. There are: {names}")
            raise bad_request(message, name=name, names=names)
        if not known[name] and len(set(filter(None, request.query_params.getlist(name)))) > 1:
            raise bad_request(gettext_noop("{name} can be given only once"), name=name)


@cache
def query_parameters(endpoint: Callable[..., Any]) -> dict[str, bool]:
    """Return what a function of a page takes in the path and the query string.

    The values: whether the parameter can be repeated.
    """
    hints = get_type_hints(endpoint, include_extras=True)
    found: dict[str, bool] = {}
    for name in inspect.signature(endpoint).parameters:
        hint = hints[name]
        kind, *stated = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        if kind is Request or any(isinstance(each, Depends | Form) for each in stated):
            continue
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for key, field in kind.model_fields.items():
                found[field.alias or key] = get_origin(field.annotation) is list
            continue
        aliases = [each.alias for each in stated if isinstance(each, QueryParameter)]
        found[next(filter(None, aliases), name)] = get_origin(kind) is list
    return found
