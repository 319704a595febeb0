"""Bounded caches for functions of a page's text.

Names, paragraphs and URLs repeat within a page and from page to page. Each cached function keeps
its newest `max_entries` results (functools.lru_cache, one per process), and only results of texts
of at most MAX_CACHED_CHARS characters, so that a hostile page cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
MAX_CACHED_CHARS = 2000  # few paragraphs are longer


def cache_short_texts(
    max_entries: int,
) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """Cache a function whose first argument is a text; a longer text is computed each time."""

    def decorate(function: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        cached = lru_cache(maxsize=max_entries)(function)
        cached_call = cast(Callable[Concatenate[str, P], T], cached)

        @wraps(function)
        def call(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if len(text) > MAX_CACHED_CHARS:
                return function(text, *args, **kwargs)
            return cached_call(text, *args, **kwargs)

        vars(call)["cache_clear"] = cached.cache_clear  # the name that functools uses
        return call

    return decorate
