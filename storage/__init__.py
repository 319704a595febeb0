"""What is kept."""

import sys

# sqlite-utils loads pandas and numpy wherever they are installed, which takes a second of every
# command, and uses them only for what this code never asks of it. It is loaded here without them,
# and the rooms above take its Database from storage.db.connection, so that it is always loaded
# here.
_SLOW = [name for name in ("numpy", "pandas") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_SLOW))  # type: ignore[arg-type]
import sqlite_utils  # noqa: E402, F401

for _name in _SLOW:
    del sys.modules[_name]
