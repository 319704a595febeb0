"""The navigation of every page: path, query and title."""

from __future__ import annotations

from urllib.parse import urlencode

from storage.events.filtered_counts import CHANGE_KINDS
from storage.reasons import gettext_noop

CHANGES = f"?{urlencode([('kind', str(kind)) for kind in CHANGE_KINDS])}"
NAVIGATION = (
    ("/", "", gettext_noop("New")),
    ("/changes", CHANGES, gettext_noop("Changes")),
    ("/takedowns", "", gettext_noop("Takedowns")),
    ("/review", "", gettext_noop("Review queue")),
    ("/stories", "", gettext_noop("Stories")),
    ("/search", "", gettext_noop("Search")),
    ("/sites", "", gettext_noop("Sites")),
    ("/provinces", "", gettext_noop("Provinces")),
    ("/health", "", gettext_noop("Health")),
)
