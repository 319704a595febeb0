"""Optional dependencies: the extras of pyproject.toml, imported when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class MissingExtra(ImportError):
    """A package of an extra is not installed. The message names the command that installs it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f'{package} is not installed: pip install "tinwatch[{extra}]"', name=package
        )


@contextmanager
def optional_extra(extra: str) -> Iterator[None]:
    """Raise MissingExtra if an import in the `with` block finds no such package."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or extra, extra) from error
