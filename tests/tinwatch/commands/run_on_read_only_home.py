"""Runs commands, each one JSON line of exit code and output: what a read-only mount refuses.

python run_on_read_only_home.py HOME COMMAND...
"""

from __future__ import annotations

import json
import sys

from typer.testing import CliRunner

from tinwatch.commands.app import app


def main() -> None:
    home, *commands = sys.argv[1:]
    for command in commands:
        words = command.split()
        if "--home" not in words:
            words += ["--home", home]
        done = CliRunner().invoke(app, words)
        sys.stdout.write(json.dumps([done.exit_code, done.output]) + "\n")


if __name__ == "__main__":
    main()
