"""SQL that selects rows of some sites."""

from __future__ import annotations

import json
from collections.abc import Iterable

# Whether {site} is one of the sites in the parameter :sites
IN_SITES = "(:sites IS NULL OR {site} IN (SELECT value FROM json_each(:sites)))"


def sql_sites(names: Iterable[str] | None) -> str | None:
    """Return the parameter :sites of IN_SITES; None selects every site."""
    return None if names is None else json.dumps(sorted(names))
