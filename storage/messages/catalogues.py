"""Message catalogues: .po files, compiled in memory when a language is first used.

Babel is imported only for languages other than English, so that the command line starts fast.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path

FOLDER = Path(__file__).parent / "locales"
LOCALES = ("en", "vi")


def gettext(message: str, locale: str) -> str:
    """The message in this locale."""
    return message if locale == "en" else translations(locale).gettext(message)


def ngettext(singular: str, plural: str, number: int, locale: str) -> str:
    """The message for `number` things in this locale."""
    if locale == "en":
        return singular if number == 1 else plural
    return translations(locale).ngettext(singular, plural, number)


def pgettext(context: str, message: str, locale: str) -> str:
    """The message in this locale, with this meaning (gettext's msgctxt)."""
    return message if locale == "en" else translations(locale).pgettext(context, message)


@cache
def translations(locale: str) -> NullTranslations:
    """All catalogues of a locale as one; none for a locale without a folder."""
    if locale == "en":
        return NullTranslations()
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    found: Translations | None = None
    for file in sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po")):
        compiled = BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=locale))
        compiled.seek(0)
        read = Translations(compiled)
        found = found.merge(read) if found else read  # merge() keeps the first one's plural rule
    return found or NullTranslations()
