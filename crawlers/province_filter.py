"""What the two province filters of a command leave: a present province, a former one, or both.

storage/provinces/lookup.py holds what is known of provinces, storage/provinces/names.py reads
their names.
"""

from __future__ import annotations

from storage.provinces.lookup import present
from storage.provinces.names import resolve_former, resolve_present


def chosen_provinces(now: str | None, before: str | None) -> frozenset[str] | None:
    """Slugs of the former provinces that two filters leave; None where neither is given.

    now: a present province, for all whose territory is in it. before: a former one.
    Raises UnknownProvince, and ValueError where the two exclude each other.
    """
    if now is None and before is None:
        return None
    if before is None:
        return frozenset(resolve_present(now or "").formers)
    one = resolve_former(before)
    if now is not None and one.now != resolve_present(now).slug:
        raise ValueError(
            f"the former {one.name} is in {present(one.now).name} now, not in "
            f"{resolve_present(now).name}"
        )
    return frozenset({one.slug})
