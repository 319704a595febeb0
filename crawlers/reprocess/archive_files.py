"""The files of an import: folders with all files below them, and WARC files within WACZ files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

WARC_NAMES = (".warc", ".warc.gz")
WACZ_NAMES = (".wacz",)
TEXT_NAMES = (".txt", ".text")
PAGE_NAMES = (".html", ".htm", ".xhtml")
NAMES = (*WARC_NAMES, *WACZ_NAMES, *PAGE_NAMES, *TEXT_NAMES)


def is_archive(file: Path) -> bool:
    """Whether a file holds captures with their own URLs and times."""
    return file.name.lower().endswith((*WARC_NAMES, *WACZ_NAMES))


def files_below(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and those below folders that an import reads. Raise InputError."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        below = [f for f in sorted(path.rglob("*")) if f.name.lower().endswith(NAMES)]
        if not below:
            raise InputError(Reason(InputReason.NO_FILE, file=str(path)))
        found += [file for file in below if file.is_file()]
    return found


@contextmanager
def warc_files(file: Path) -> Iterator[list[Path]]:
    """Give the WARC file, or those that a WACZ file holds. Raise OSError or BadZipFile."""
    if not file.name.lower().endswith(WACZ_NAMES):
        yield [file]
        return
    with TemporaryDirectory() as folder, ZipFile(file) as packed:
        unpacked = []
        for number, name in enumerate(sorted(packed.namelist())):
            if name.startswith("archive/") and name.lower().endswith(WARC_NAMES):
                # Not under its own name, which may lead out of the folder.
                part = Path(folder) / f"{number}.warc.gz"
                with packed.open(name) as source, part.open("wb") as target:
                    shutil.copyfileobj(source, target)
                unpacked.append(part)
        yield unpacked
