"""The province filters of a command: a present province, a former one, or both."""

from __future__ import annotations

from collections.abc import Sequence

from storage.messages.reasons_input import InputError
from storage.messages.reasons_lookups import LookupReason
from storage.provinces.lookup import present
from storage.provinces.names import resolve_former, resolve_present
from storage.reasons import Reason


class ExcludingFilters(InputError):
    """No province matches both filters."""


Names = str | Sequence[str]


def chosen_provinces(now: Names | None, before: Names | None) -> frozenset[str] | None:
    """Return the slugs of the former provinces that match both filters; None without names.

    Args:
        now: names or slugs of present provinces; each matches all former provinces merged into it
        before: names or slugs of former provinces

    Raises UnknownProvince, and ExcludingFilters if a former one is in no present one.
    """
    wanted = [resolve_present(name) for name in _several(now)]
    formers = [resolve_former(name) for name in _several(before)]
    if not formers:
        return frozenset(slug for one in wanted for slug in one.formers) if wanted else None
    for former in formers:
        if wanted and former.now not in {one.slug for one in wanted}:
            raise ExcludingFilters(
                Reason(
                    LookupReason.FORMER_IN_OTHER_PROVINCE,
                    former=former.name,
                    present=present(former.now).name,
                    other=", ".join(one.name for one in wanted),
                )
            )
    return frozenset(one.slug for one in formers)


def _several(names: Names | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names or ())
