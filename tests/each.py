"""One test that runs its body for many items, and names each item for which it fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def for_each(argument: str, items: Iterable[Any], name: Callable[[Any], str] | None = None) -> Any:
    """Like pytest.mark.parametrize, as one test; the other arguments stay fixtures.

    The body must not depend on a fixture being new for each item.
    """
    every = list(items)

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)

        def run(**fixtures: Any) -> None:
            failures = []
            for item in every:
                try:
                    test(**fixtures, **{argument: item})
                except pytest.skip.Exception:
                    continue
                except (AssertionError, LookupError, ValueError, TypeError) as error:
                    label = name(item) if name else getattr(item, "__name__", item)
                    failures.append(f"{label}: {type(error).__name__}: {error}")
            assert every, f"there is no {argument} to test"
            assert not failures, "\n".join(failures)

        others = [p for p in signature.parameters.values() if p.name != argument]
        run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.__qualname__ = test.__qualname__
        return run

    return decorate
