"""The files of an import: folders with all files below them, and WARC files within WACZ files."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path
from shutil import copyfileobj, disk_usage
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from crawlers.extraction.html import UnreadablePage
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason

WARC_NAMES = (".warc", ".warc.gz")
WACZ_NAMES = (".wacz",)
TEXT_NAMES = (".txt", ".text")
PAGE_NAMES = (".html", ".htm", ".xhtml")
# A WACZ stores WARC files as they are (WACZ 1.1.1), and where text is packed it shrinks to a tenth.
# Apache POI takes the same ratio, its least "inflate ratio" of 0.01, for the sign of a bomb.
MAX_UNPACKED_RATIO = 100
# What zipfile raises for damaged files; NotImplementedError and RuntimeError if they are packed in
# a way that it does not know, or encrypted.
UNREADABLE_ZIP = (
    BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
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
            raise InputError(Reason(InputReason.NO_PAGES_BELOW, folder=str(path)))
        found += [file for file in below if file.is_file()]
    return found


@contextmanager
def warc_files(file: Path, least_free: int) -> Iterator[list[Path]]:
    """Give the WARC file, or those that a WACZ file holds, unpacked.

    `least_free`: bytes that must stay free on the disk to which they are unpacked.
    Raise OSError or UnreadablePage.
    """
    if not file.name.lower().endswith(WACZ_NAMES):
        yield [file]
        return
    parts: list[Path] = []
    with TemporaryDirectory() as folder:
        try:
            _unpack(file, Path(folder), least_free, parts)
        except UNREADABLE_ZIP as error:
            yield parts  # what stands before the damage
            text = str(error) or type(error).__name__
            raise UnreadablePage(Reason(CrawlReason.ERROR, error=text)) from error
        yield parts


def _unpack(file: Path, folder: Path, least_free: int, parts: list[Path]) -> None:
    """Append to `parts` each WARC file of a WACZ file once it is unpacked."""
    limit = file.stat().st_size * MAX_UNPACKED_RATIO
    limit = min(limit, disk_usage(folder).free - least_free)
    with ZipFile(file) as packed:
        stored = (m for m in packed.infolist() if m.filename.startswith("archive/"))
        members = [member for member in stored if is_warc(member.filename)]
        if sum(member.file_size for member in members) > limit:
            raise UnreadablePage(Reason(Unread.WACZ_TOO_LARGE, limit=max(limit, 0)))
        for member in sorted(members, key=lambda m: m.filename):
            # Not under its own name, which may lead out of the folder.
            part = folder / f"{len(parts)}.warc.gz"
            with packed.open(member) as source, part.open("wb") as target:
                copyfileobj(source, target)  # no more than the stated size
            parts.append(part)


def is_warc(name: str) -> bool:
    return name.lower().endswith(WARC_NAMES)
