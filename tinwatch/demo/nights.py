"""The demo: four nights over the sample sites, through the same code as any night."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from crawlers.registry import get_site
from schedules.batch.nightly import Options, run_night
from storage.events.ledger import events
from storage.home import Home, HomeError, open_home
from tinwatch.demo import sample_sites
from tinwatch.reports.nightly_report import night_report, print_report
from tinwatch.terminal.console import err, out, print_json

MARK = "made by tinwatch demo"
SETTINGS = f"""# {MARK}
# Four nights are too short for the careful default (3 checks over 48 hours).
removal_checks = 2
removal_hours = 24
# One site after another, so that every demo gives the same ids.
sites_at_once = 1
"""


def fresh_home(folder: Path) -> Home:
    """An empty home for the demo. Only a folder that an earlier demo made is emptied."""
    settings = folder / "settings.toml"
    if folder.exists() and any(folder.iterdir()):
        if not (settings.exists() and MARK in settings.read_text(encoding="utf-8")):
            raise HomeError(f"{folder} holds something that no demo made: name another --home")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(SETTINGS, encoding="utf-8")
    return open_home(folder)


def _first_edited(home: Home) -> int | None:
    with closing(home.database()) as db:
        return next((event.article for event in events(db, kind="edited")), None)


async def play(folder: Path, *, as_json: bool = False) -> bool:
    """Plays the nights; True where exactly the events happened that the manifest names."""
    home = open_home(folder)
    found: Counter[str] = Counter()
    if not as_json:
        out.print(
            "Sample articles written for this demo, in the markup of real sites. "
            "A takedown counts here after 2 checks over 24 hours (by default 3 over 48)."
        )
    with TemporaryDirectory() as packed:
        sites = [get_site(name) for name in sample_sites.sites()]
        for night in sample_sites.nights():
            file = sample_sites.pack(night.number, Path(packed))
            done = await run_night(home, sites, Options(replay=(str(file),)))
            if done.stopped:
                raise KeyboardInterrupt
            with closing(home.database()) as db:
                report = night_report(db, done.name)
            if night.number > 1:
                found.update(report["totals"])
            if as_json:
                print_json(report)
            else:
                out.print()
                print_report(report)
    wanted = Counter(sample_sites.expected())
    if +found != +wanted:
        err.print(f"[bold red]error:[/] the nights should hold {dict(+wanted)}, not {dict(+found)}")
        return False
    if not as_json:
        out.print(f"\nEverything is in {folder}; look around, for instance:")
        edited = _first_edited(home)
        for command in ("events --kind edited", f"diff {edited}", f"show {edited}"):
            out.print(f"  tinwatch {command} --home {folder}", style="dim")
    return True
