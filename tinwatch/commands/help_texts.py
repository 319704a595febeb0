"""The help texts of commands and options in the user's language.

They stand in the source as Typer wants them, in docstrings and `help=`, so that they are also
there without a catalogue. help_messages.py lists them for `make messages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tinwatch.terminal.messages import gettext


def translate_help(command: Any) -> None:
    """Translate the help texts of a Click command, or of a group, in place."""
    for described in _described(command):
        described.help = gettext(_message_id(described.help))


def message_ids(command: Any) -> Iterator[str]:
    """Yield the help texts of a Click command, or of a group, as message ids."""
    return (_message_id(described.help) for described in _described(command))


def _described(command: Any) -> Iterator[Any]:
    """Yield a command, its subcommands and their options, if they have a help text."""
    yield from (part for part in (command, *command.params) if getattr(part, "help", None))
    for subcommand in getattr(command, "commands", {}).values():
        yield from _described(subcommand)


def _message_id(text: str) -> str:
    """Return a text without parameters as gettext() takes it, which fills in {names}."""
    return text.replace("{", "{{").replace("}", "}}")
