"""Sentences for people, in English and Vietnamese: gettext catalogues and the texts of reasons.

English is in the source. Other languages come from locales/LANGUAGE/LC_MESSAGES/*.po, all of which
are read; `make messages` updates them. A message without a translation stays English.
"""

from __future__ import annotations

from storage.messages.catalogues import LOCALES, gettext, ngettext, pgettext, translations
from storage.messages.describing import ReasonError, all_codes, describe, reason_fields
from storage.messages.labels import label

__all__ = [
    "LOCALES",
    "ReasonError",
    "all_codes",
    "describe",
    "gettext",
    "label",
    "ngettext",
    "pgettext",
    "reason_fields",
    "translations",
]
