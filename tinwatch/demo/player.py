"""The demo: four nightly batches over the sample sites, run by the same code as any batch."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from crawlers.registry import get_site
from schedules.batch.nightly import CrawlOptions, run_batch
from storage.events.ledger import events
from storage.home import Home, HomeError, open_home
from tinwatch.demo import sample_sites
from tinwatch.demo.scenario import batches, expected
from tinwatch.reports.nightly_report import batch_report, print_report
from tinwatch.terminal.console import err, out, print_json, safe
from tinwatch.terminal.messages import gettext, styled

DEMO_MARK = "made by tinwatch demo"  # identifies a folder that may be deleted
SETTINGS = f"""# {DEMO_MARK}
# Four batches are too few for the default (3 checks over 48 hours).
removal_checks = 2
removal_hours = 24
# One site after another, so that ids are reproducible.
sites_at_once = 1
"""


def fresh_home(folder: Path) -> Home:
    """Return an empty home for the demo. Only a folder of an earlier demo is emptied."""
    settings = folder / "settings.toml"
    if folder.exists() and any(folder.iterdir()):
        if not (settings.exists() and DEMO_MARK in settings.read_text(encoding="utf-8")):
            raise HomeError(
                gettext("{folder} is not a folder of a demo: name another --home", folder=folder)
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(SETTINGS, encoding="utf-8")
    return open_home(folder)


def _first_edited(home: Home) -> int | None:
    with closing(home.database()) as db:
        return next((event.article for event in events(db, kind="edited")), None)


async def play(folder: Path, *, as_json: bool = False) -> bool:
    """Run the batches. Return whether they found exactly the events of the manifest."""
    home = open_home(folder)
    found: Counter[str] = Counter()
    if not as_json:
        intro = gettext(
            "Sample articles, written for this demo in the markup of real sites. In the demo, an "
            "article counts as removed after 2 failed checks over 24 hours (default: 3 over 48)."
        )
        out.print(intro)
    with TemporaryDirectory() as warc_folder:
        sites = [get_site(name) for name in sample_sites.sites()]
        for batch in batches():
            file = sample_sites.pack(batch.number, Path(warc_folder))
            done = await run_batch(home, sites, CrawlOptions(replay=(str(file),)))
            if done.stopped:
                raise KeyboardInterrupt
            with closing(home.database()) as db:
                report = batch_report(db, done.name)
            if batch.number > 1:
                found.update(report["totals"])
            if as_json:
                print_json(report)
            else:
                out.print()
                print_report(report)
    planned = Counter(expected())
    if +found != +planned:
        message = gettext(
            "expected the events {expected}, found {found}",
            expected=dict(+planned),
            found=dict(+found),
        )
        err.print(styled("bold red", gettext("error:")), safe(message))
        return False
    if not as_json:
        out.print("\n" + gettext("Everything is stored in {folder}. Try:", folder=folder))
        edited = _first_edited(home)
        for command in ("events --kind edited", f"diff {edited}", f"show {edited}"):
            out.print(f"  tinwatch {command} --home {folder}", style="dim")
    return True
