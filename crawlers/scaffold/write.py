"""Writes a proposal: the site module and its fixtures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from crawlers.scaffold.evaluation import SampleResult
from crawlers.scaffold.fixtures import case_name, compare_fixture, write_fixture
from crawlers.scaffold.module_text import module_text
from crawlers.scaffold.propose import Proposal
from crawlers.site_config import SiteConfig
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

MAX_FIXTURES = 5
MIN_FIXTURES = 3  # that tests/crawlers/test_site_fixtures.py requires
MAX_CLASS_LINES = 40


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The paths of a site's files in a checkout of the project."""

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


class WriteError(InputError):
    """The site cannot be written; the reason states why and what to do."""


def check_target(root: Path, name: str, *, force: bool = False) -> SiteFiles:
    """Return the paths. Raise WriteError if they cannot be written.

    `root` must be a checkout, and the site must not exist unless `force` is set.
    """
    files = SiteFiles(root, name)
    if not files.module.parent.is_dir():
        raise WriteError(Reason(InputReason.NO_CHECKOUT, folder=str(root)))
    existing = [path for path in (files.module, files.fixtures) if path.exists()]
    if existing and not force:
        names = [str(path.relative_to(root)) for path in existing]
        raise WriteError(Reason(InputReason.SITE_EXISTS, files=names))
    return files


def write(proposal: Proposal, root: Path, *, force: bool = False) -> Written:
    """Write the module and fixtures of at most MAX_FIXTURES articles that were extracted.

    The module is loaded and checked before anything is written. Raise WriteError, SiteError or
    OSError.
    """
    files = check_target(root, proposal.identity.name, force=force)
    text = module_text(proposal.site, proposal.base, proposal.attributes)
    site = load_module(text, proposal.identity.name)
    _check(proposal, site, text)
    readable = [result for result in proposal.results if result.page is not None]
    written = Written(files.module)
    files.module.write_text(text, "utf-8")
    used_names: set[str] = set()
    for result in readable[:MAX_FIXTURES]:
        folder = files.fixtures / _case(result, used_names)
        saved = result.sample.saved
        write_fixture(
            folder,
            site,
            saved.url,
            saved.html,
            captured_at=saved.captured_at,
            content_type=saved.content_type,
        )
        if differing := compare_fixture(folder, site):
            reason = Reason(
                InputReason.FIXTURE_READS_DIFFERENTLY, folder=str(folder), field=differing[0].field
            )
            raise WriteError(reason)
        written.fixtures.append(folder)
    return written


def _case(result: SampleResult, used_names: set[str]) -> str:
    """Return a folder name that no other fixture of the site has."""
    assert result.page is not None
    plain = case_name(result.page.title or "")
    names = (plain, *(f"{plain}-{number}" for number in range(2, MAX_FIXTURES + 1)))
    name = next(name for name in names if name not in used_names)
    used_names.add(name)
    return name


def load_module(text: str, name: str) -> type[SiteConfig]:
    """Return the site that a module's text declares. Raise SiteError, or WriteError without one."""
    module = ModuleType(f"proposed_{name}")
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, SiteConfig) and "name" in vars(value):
            return value
    raise WriteError(Reason(InputReason.MODULE_WITHOUT_SITE, site=name))


def _check(proposal: Proposal, site: type[SiteConfig], text: str) -> None:
    """Raise WriteError if the module differs from the proposal or is too long."""
    if (
        site.extractor_version != proposal.site.extractor_version
        or site.domains != proposal.site.domains
    ):
        raise WriteError(Reason(InputReason.MODULE_DIFFERS, site=site.name))
    for result in proposal.results:
        if site.key_of(result.sample.saved.url) is None:
            raise WriteError(Reason(InputReason.PATTERN_MISSES_PAGE, url=result.sample.saved.url))
    lines = text.count("\n") - text[: text.index("\nclass ")].count("\n") - 1
    if lines > MAX_CLASS_LINES:
        raise WriteError(Reason(InputReason.CLASS_TOO_LONG, lines=lines, limit=MAX_CLASS_LINES))
