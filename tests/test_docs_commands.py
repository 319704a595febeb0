"""The commands and the Python that the documentation shows run, and print what it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.doc_pages import ENGLISH, FENCE, PAGES, ROOT, text_of

NUMBERED = re.compile(r"\((article|event) \d+\)")


@dataclass
class VisibleText:
    """A command of a page, the exit code stated for it and the lines printed under it."""

    line: str
    code: int = 0
    output: list[str] = field(default_factory=list)


def shown_commands(page: Path) -> Iterator[VisibleText]:
    for language, block in FENCE.findall(page.read_text("utf-8")):
        if language == "console":
            yield from _commands(block)


def _commands(block: str) -> list[VisibleText]:
    found: list[VisibleText] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            stated = re.search(r"# exit (\d+)$", line)
            found.append(VisibleText(line[2:], int(stated[1]) if stated else 0))
        elif line.startswith("> "):
            found[-1].line += "\n" + line[2:]
        else:
            found[-1].output.append(line)
    return found


def environment(home: Path, *modules: Path) -> dict[str, str]:
    """The environment of a new user; `modules`: folders of Python modules besides the project."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {
        "PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "COLUMNS": "100", "TERM": "dumb",
        "PYTHONPATH": os.pathsep.join(map(str, [*modules, ROOT])),
    }  # fmt: skip


def differences(shown: list[str], printed: str) -> list[str]:
    """What is shown and not printed, in this order, and what is printed and neither shown nor cut.

    A shown line may be part of a printed one. A line "..." stands for any number of lines; blank
    lines do not count.
    """
    found: list[str] = []
    left = list(filter(None, map(_unnumbered, printed.splitlines())))
    cut = False
    for line in filter(None, map(_unnumbered, shown)):
        wanted = line.removeprefix("...").strip()
        if not wanted:
            cut = True
            continue
        at = next((i for i, candidate in enumerate(left) if wanted in candidate), None)
        if at is None:
            found.append(f"not printed, or not in this order: {line}")
            continue
        found += [f"printed and not shown: {skipped}" for skipped in left[:at] if not cut]
        left = left[at + 1 :]
        cut = False
    return found + [f"printed and not shown: {skipped}" for skipped in left if not cut]


def _unnumbered(line: str) -> str:
    return " ".join(NUMBERED.sub("", line).split())


def assert_printed(shown: list[str], printed: str) -> None:
    found = differences(shown, printed)
    assert not found, "\n".join([*found, "---", printed])


def test_output_that_leaves_out_lines_without_a_mark_is_found() -> None:
    printed = "one\ntwo\n\nthree (article 12)\n"
    assert not differences(["one", "two", "three"], printed)
    assert not differences(["one", "...", "three"], printed)
    assert not differences(["...", "three"], printed)
    assert not differences(["one", "..."], printed)
    assert differences(["one", "three"], printed) == ["printed and not shown: two"]
    assert differences(["two", "three"], printed) == ["printed and not shown: one"]
    assert differences(["one", "two"], printed) == ["printed and not shown: three"]
    assert differences(["two", "one", "..."], printed)[-1].startswith("not printed")


WITH_PYTHON = (
    "python",
    "research-tutorial",
)  # pages whose Python is run, one block after the other
# The command reference alone starts some seventy processes.
SLOW_PAGES = (
    "archive", "bulk", "commands", "exports", "health", "research-tutorial", "search", "tutorial",
    "when-a-site-changes",
)  # fmt: skip
WITH_COMMANDS = [page for page in ENGLISH if any(shown_commands(page))]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.stem, marks=[pytest.mark.slow] * (page.stem in SLOW_PAGES))
        for page in WITH_COMMANDS
        if page.stem not in WITH_PYTHON
    ],
)
def test_commands_do_what_the_page_shows(
    page: Path, played: Path, tmp_path: Path, base_install: Path
) -> None:
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    run_commands(page, tmp_path, base_install)


def run_commands(page: Path, folder: Path, base_install: Path) -> None:
    """Run the commands of a page in a folder; compare what they print."""
    commands = list(shown_commands(page))
    modules = () if page.stem == "bulk" else (base_install,)
    ends = [f"{c.line}\nprintf '\\n@@ %s\\n' $?" for c in commands]
    done = subprocess.run(
        ["bash"], input="\n".join(["exec 2>&1", *ends, ""]), cwd=folder,
        env=environment(folder, *modules), capture_output=True, text=True, check=True,
    )  # fmt: skip
    parts = re.split(r"^@@ (\d+)$", done.stdout, flags=re.M)
    assert len(parts) == 2 * len(commands) + 1, done.stdout
    wrong: list[str] = []
    for command, printed, code in zip(commands, parts[::2], parts[1::2], strict=False):
        found = differences(command.output, printed) if any(command.output) else []
        if int(code) != command.code:
            found.insert(0, f"ended with {code}")
        if found:
            wrong += [f"$ {command.line}", *found, "--- printed:", printed]
    assert not wrong, "\n".join(wrong)


def test_the_readme_shows_the_second_night(played: Path) -> None:
    excerpt = FENCE.search(text_of("README").partition("<!-- night 2 -->")[2])
    assert excerpt
    night = re.split(
        r"^(?=Nightly batch of )", (played / "printed.txt").read_text("utf-8"), flags=re.M
    )[2]
    assert_printed(excerpt[2].splitlines(), night)


def test_python_in_the_pages_is_python() -> None:
    for page in PAGES:
        for language, block in FENCE.findall(page.read_text("utf-8")):
            if language == "python":
                compile(block, page.name, "exec")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW_PAGES)) for name in WITH_PYTHON],
)
def test_page_with_python_does_what_it_shows(
    name: str, played: Path, tmp_path: Path, base_install: Path
) -> None:
    """What a block prints holds the lines of the output block behind it, if there is one.

    The commands of the page run first.
    """
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    run_commands(ROOT / "docs" / f"{name}.md", tmp_path, base_install)
    blocks = [(k, b) for k, b in FENCE.findall(text_of(name)) if k in ("python", "output")]
    script = "\n".join(b if k == "python" else "print('@@')" for k, b in blocks)
    env = environment(tmp_path) | {"MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-"], input=script, cwd=tmp_path, env=env, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = [block.splitlines() for kind, block in blocks if kind == "output"]
    parts = done.stdout.split("@@\n")
    assert len(parts) == len(shown) + 1
    for lines, printed in zip(shown, parts, strict=False):
        assert_printed(lines, printed)
