"""Remembering what was found of a text, since pages repeat names, paragraphs and addresses."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
LONGEST = 2000  # characters; hardly a paragraph is longer, and thousands of texts are kept


def remembered(
    most: int,
) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """functools.lru_cache for functions of a page's text. Of a hostile page, whose texts may be
    megabytes long, nothing is kept."""

    def of(function: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        kept = lru_cache(maxsize=most)(function)
        short = cast(Callable[Concatenate[str, P], T], kept)

        @wraps(function)
        def found(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if len(text) > LONGEST:
                return function(text, *args, **kwargs)
            return short(text, *args, **kwargs)

        vars(found)["cache_clear"] = kept.cache_clear  # as functools names it
        return found

    return of
