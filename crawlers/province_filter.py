"""The province filters of a command: a present province, a former one, or both."""

from __future__ import annotations

from storage.messages.reasons_input import InputError
from storage.messages.reasons_lookups import LookupReason
from storage.provinces.lookup import present
from storage.provinces.names import resolve_former, resolve_present
from storage.reasons import Reason


class ExcludingFilters(InputError):
    """No province matches both filters."""


def chosen_provinces(now: str | None, before: str | None) -> frozenset[str] | None:
    """Return the slugs of the former provinces that match both filters; None without a filter.

    Args:
        now: name or slug of a present province; matches all former provinces merged into it
        before: name or slug of a former province

    Raises UnknownProvince, and ExcludingFilters if the former province is not in the present one.
    """
    if now is None and before is None:
        return None
    if before is None:
        return frozenset(resolve_present(now or "").formers)
    chosen = resolve_former(before)
    if now is not None and chosen.now != resolve_present(now).slug:
        raise ExcludingFilters(
            Reason(
                LookupReason.FORMER_IN_OTHER_PROVINCE,
                former=chosen.name,
                present=present(chosen.now).name,
                other=resolve_present(now).name,
            )
        )
    return frozenset({chosen.slug})
