"""Print the help texts of all commands as calls of gettext(): `make messages` extracts them."""

from __future__ import annotations

from tinwatch.commands.help_texts import message_ids
from tinwatch.commands.lazy_loading import COMMANDS, imported


def main() -> None:
    for name in COMMANDS:
        for message in message_ids(imported(name)):
            print(f"gettext({message!r})")


if __name__ == "__main__":
    main()
