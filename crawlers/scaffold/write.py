"""Writing a proposal: the site module, its fixtures, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from crawlers.scaffold.evaluation import Reading
from crawlers.scaffold.fixtures import case_name, changes, write_fixture
from crawlers.scaffold.module_text import module_text
from crawlers.scaffold.propose import Proposal
from crawlers.site_config import SiteConfig

MOST_FIXTURES = 5
FEWEST_FIXTURES = 3  # what tests/crawlers/test_site_fixtures.py asks of a site
MOST_LINES = 40  # of a site's class


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a site go, in a checkout of the project."""

    root: Path
    name: str

    @property
    def module(self) -> Path:
        return self.root / "crawlers" / "sites" / f"{self.name}.py"

    @property
    def fixtures(self) -> Path:
        return self.root / "tests" / "sites" / self.name


@dataclass
class Written:
    """The files that were written, the module first."""

    module: Path
    fixtures: list[Path] = field(default_factory=list)


class CannotWrite(ValueError):
    """The site cannot be written there; the message says why and what to do."""


def checked_place(root: Path, name: str, *, force: bool = False) -> Place:
    """Raises CannotWrite where it is no checkout, or the site is there and `force` is not set."""
    place = Place(root, name)
    if not place.module.parent.is_dir():
        raise CannotWrite(
            f"{root} is no checkout of tinwatch (it has no folder crawlers/sites): "
            "name one with --into"
        )
    held = [path for path in (place.module, place.fixtures) if path.exists()]
    if held and not force:
        names = " and ".join(str(path.relative_to(root)) for path in held)
        verb = "are" if len(held) > 1 else "is"
        raise CannotWrite(f"{names} {verb} there already: choose another --name, or give --force")
    return place


def write(proposal: Proposal, root: Path, *, force: bool = False) -> Written:
    """Writes the module and a fixture of each article that was read, five at most.

    The module is tried before anything is written. Raises CannotWrite, SiteError, OSError.
    """
    place = checked_place(root, proposal.identity.name, force=force)
    text = module_text(proposal.site, proposal.base, proposal.attributes)
    site = loaded(text, proposal.identity.name)
    _check(proposal, site, text)
    readable = [reading for reading in proposal.readings if reading.page is not None]
    written = Written(place.module)
    place.module.write_text(text, "utf-8")
    taken: set[str] = set()
    for reading in readable[:MOST_FIXTURES]:
        folder = place.fixtures / _case(reading, taken)
        saved = reading.sample.saved
        write_fixture(
            folder,
            site,
            saved.url,
            saved.html,
            captured_at=saved.captured_at,
            content_type=saved.content_type,
        )
        if differing := changes(folder, site):
            raise CannotWrite(f"{folder} does not read as it was written: {differing[0].field}")
        written.fixtures.append(folder)
    return written


def _case(reading: Reading, taken: set[str]) -> str:
    """A folder's name that no other fixture of the site has."""
    assert reading.page is not None
    name = plain = case_name(reading.page.title or "")
    number = 1
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    taken.add(name)
    return name


def loaded(text: str, name: str) -> type[SiteConfig]:
    """The site that a module's text declares. Raises SiteError, and CannotWrite for none."""
    module = ModuleType(f"proposed_{name}")
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, SiteConfig) and "name" in vars(value):
            return value
    raise CannotWrite(f"the module of {name} declares no site")


def _check(proposal: Proposal, site: type[SiteConfig], text: str) -> None:
    """The module says what was proposed, and is as short as modules are."""
    if (
        site.extractor_version != proposal.site.extractor_version
        or site.domains != proposal.site.domains
    ):
        raise CannotWrite(f"the module of {site.name} does not say what was proposed")
    for reading in proposal.readings:
        if site.key_of(reading.sample.saved.url) is None:
            raise CannotWrite(f"article_url does not fit {reading.sample.saved.url}")
    lines = text.count("\n") - text[: text.index("\nclass ")].count("\n") - 1
    if lines > MOST_LINES:
        raise CannotWrite(f"the class has {lines} lines, a site's module at most {MOST_LINES}")
