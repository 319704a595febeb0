"""Homes: one that is fed by hand with what a crawl would observe, and those of real crawls."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
import subprocess
import sys
from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings

from pipelines.items import ArticleMissing, ArticleRead, Observation
from pipelines.record.raw_article import RawArticle
from pipelines.recording.recorder import Recorder
from schedules.publishing.publish import Published, publish
from storage.archive.captures import newest_captures
from storage.archive.writer import Capture, CaptureWriter
from storage.articles.repository import find_article
from storage.checks.failed_checks import CheckOutcome
from storage.db import connection
from storage.db.connection import utc_text
from storage.events.ledger import Event, events
from storage.home import Home, open_home
from storage.messages.reasons_crawl import http_status
from storage.models import Block
from storage.run_stats import RunStats
from storage.runs.sites import SiteFacts, register_site
from tests.pywb_server import server as pywb_server

ROOT = Path(__file__).resolve().parents[1]
# A deadline in milliseconds fails a test when another process takes the processor.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
CRAWL = ROOT / "tests" / "crawlers" / "crawl_faulty_site.py"
SCENARIOS = (
    "faults", "incremental", "limited", "much_later", "stopped", "absent", "private_host",
    "private_name", "robots_down", "slowly", "indexed", "vanished", "broken_transfers", "coded_br",
    "coded_zstd", "elsewhere", "down", "databases_down",
)  # fmt: skip
TIME_LIMIT = 300  # seconds
START = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
TEXT = (
    "Sáng thứ hai, bà con thôn Suối Vàng cùng nhau ra đồng nạo vét mương nước trước khi xuống "
    "giống vụ mới, người già trẻ nhỏ đều có mặt từ sớm.",
    "Trưởng thôn cho biết đoạn mương dài hơn 600 mét bị bồi lấp sau trận mưa cuối tháng trước, "
    "nếu chờ máy xúc thì phải đến giữa tháng mới làm xong.",
    "“Mỗi nhà một người, ai có xe thì chở đất”, ông Lầu Seo Dín nói khi đang đắp lại bờ ruộng "
    "cạnh cây gạo đầu thôn, tay áo còn lấm bùn.",
    "Đến trưa, dòng nước đã về tới thửa ruộng cuối cùng.",
)
HEALTHY = {"requests": 9, "responses": 9, "listings": 1, "links": 9, "rechecked": 9}


def raw_article(site: str = "alpha", key: str = "1", **fields: Any) -> RawArticle:
    """A page with every usual field; `body` is a list of paragraphs."""
    body = fields.pop("body", TEXT)
    stated: dict[str, Any] = {
        "url": f"https://{site}.vn/bai-{key}.html",
        "captured_at": START,
        "extractor_version": "1.first",
        "title": "Suối Vàng nạo vét mương trước vụ mới",
        "published": "07/04/2025 08:15",
        "lead": "Hơn bốn mươi hộ dân góp công khơi lại dòng nước.",
        "byline": "Hà Thu",
    } | fields
    return RawArticle(
        site=site, key=key, blocks=[Block("paragraph", text) for text in body], **stated
    )


@dataclass
class Watcher:
    """Runs of sites by hand: `night` records observations, ends the run and publishes."""

    home: Home
    runs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.db = self.home.database()

    def add_site(self, site: str, title: str = "") -> None:
        facts = SiteFacts(site, title or site, "lao-cai", "newspaper", "P", "live", "1.first")
        register_site(self.db, facts)

    def begin(self, site: str = "alpha", *, at: datetime = START, **more: Any) -> Recorder:
        self.add_site(site, more.pop("title", ""))
        kind = more.pop("kind", "replay")
        writer = CaptureWriter(self.home.captures, site, newest_captures(self.db, site))
        recorder = Recorder(self.db, site, kind, writer, clock=at, **more)
        self.runs.append(recorder.run)
        return recorder

    def batch(
        self,
        *observations: Observation,
        site: str = "alpha",
        at: datetime = START,
        stats: dict[str, Any] | None = None,
        **more: Any,
    ) -> list[Published]:
        recorder = self.begin(site, at=at, **more)
        for observation in observations:
            recorder.record(observation)
        recorder.finish(RunStats.from_dict(HEALTHY | (stats or {})), listings_complete=True)
        return publish(self.db, self.home, [site])

    def read(self, *, at: datetime = START, **fields: Any) -> ArticleRead:
        page = raw_article(**{"captured_at": at, **fields})
        return ArticleRead(page, None, at)

    def missed(self, key: str = "1", site: str = "alpha", *, at: datetime) -> ArticleMissing:
        known = find_article(self.db, site, key)
        assert known is not None
        return ArticleMissing(
            known.id, known.url or "", CheckOutcome.NOT_FOUND, http_status(404), None, at
        )

    def events(self, **chosen: Any) -> list[Event]:
        return list(events(self.db, **chosen))

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]

    def status(self, key: str = "1", site: str = "alpha") -> str:
        known = find_article(self.db, site, key)
        assert known is not None
        return known.status


MARKED = {  # files and folders below tests/
    "slow": (
        "schedules/batch/test_killed_batches.py", "schedules/batch/test_killed_commands.py",
        "schedules/service/test_sixty_nights.py",
        "test_benchmarks.py", "test_change_benchmark.py",
        "crawlers/backfill/test_busy_archive.py",
        "crawlers/bulk/test_cluster.py", "crawlers/bulk/test_s3.py",
        "crawlers/extraction/test_hostile_pages.py", "crawlers/reprocess/test_any_order.py",
        "crawlers/test_hostile_html.py", "crawlers/test_long_listing.py",
        "schedules/batch/test_dry_run.py", "schedules/publishing/rebuild/test_user_data.py",
        "schedules/service/test_service.py",
        "tinwatch/commands/test_lost_database.py", "tinwatch/exports/test_streaming.py",
    ),
    "docs": ("test_docs_commands.py",),
    "browser": ("browser",),
    "realpages": (
        "crawlers/extraction/generic/test_real_pages.py", "crawlers/test_captures_gold.py",
        "crawlers/test_replay_real.py", "crawlers/test_seeds_gold.py",
        "crawlers/test_texts_gold.py",
    ),
}  # fmt: skip


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Return the number of workers for `-n auto`: a third of a worker's time is spent waiting for
    servers and other processes, so that one more than cores keeps all cores busy."""
    of_this = getattr(os, "sched_getaffinity", None)
    cores = len(of_this(0)) if of_this else os.cpu_count() or 1
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else cores + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    folders = {tests / path: marker for marker, paths in MARKED.items() for path in paths}
    assert all(path.exists() for path in folders)
    for item in items:
        for path in (item.path, *item.path.parents):
            if path in folders:
                item.add_marker(folders[path])


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    return Watcher(open_home(tmp_path / "home"))


@pytest.fixture
def page() -> Callable[..., RawArticle]:
    return raw_article


@pytest.fixture
def day() -> Callable[[float], datetime]:
    """The moment so many days after the first night."""
    return lambda days: START + timedelta(days=days)


@pytest.fixture
def text() -> tuple[str, ...]:
    """Four paragraphs; the last is too short to be a passage."""
    return TEXT


@pytest.fixture
def append_304() -> Callable[[Path, Capture, datetime], tuple[int, int]]:
    """Appends to a WARC file the record that releases with conditional requests wrote for a 304.

    Returns its first offset and its end.
    """

    def append(file: Path, page: Capture, at: datetime) -> tuple[int, int]:
        digest = b32encode(bytes.fromhex(page.sha256)).decode()
        http = 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
        record = "\r\n".join([
            "WARC/1.1", "WARC-Type: revisit", f"WARC-Record-ID: <urn:uuid:{uuid4()}>",
            f"WARC-Target-URI: {page.url}", f"WARC-Date: {utc_text(at)}",
            f"WARC-Payload-Digest: sha256:{digest}",
            "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified",
            f"WARC-Refers-To-Target-URI: {page.url}",
            f"WARC-Refers-To-Date: {utc_text(page.captured_at)}",
            "Content-Type: application/http; msgtype=response", f"Content-Length: {len(http)}",
            "", f"{http}\r\n\r\n",
        ])  # fmt: skip
        with file.open("ab") as opened:
            start = opened.tell()
            opened.write(gzip.compress(record.encode()))
            return start, opened.tell()

    return append


Made = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes of `pytest -n`."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def programs_are_compiled_once(shared_folder: Path) -> None:
    """Where Python may write no bytecode, each process that a test starts would compile all anew.

    They write it beside the run's other files.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(shared_folder / "bytecode")


@pytest.fixture(scope="session")
def made_once(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Called with a name and what fills an empty folder, gives this process's copy of the folder.

    The folder itself is filled once for all processes of `pytest -n`: the first one that asks
    does it while the others wait. Nobody opens it, so it can be copied at any time.
    """

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder = shared_folder / f"made-{name}"
        with (shared_folder / f"made-{name}.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            if not lock.read():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                lock.write("made")
        return shutil.copytree(folder, tmp_path_factory.mktemp(name) / name)

    return make


@pytest.fixture(scope="session")
def base_install(made_once: Made) -> Path:
    """A folder for PYTHONPATH with which a program runs as if some extras were not installed."""

    def hide(folder: Path) -> None:
        for module in ("pandas", "numpy", "fsspec"):
            error = f"raise ModuleNotFoundError('hidden by tests', name={module!r})\n"
            (folder / f"{module}.py").write_text(error, "utf-8")

    return made_once("base-install", hide)


@pytest.fixture(scope="session", autouse=True)
def programs_run_as_installed_by_default(base_install: Path) -> None:
    """The programs that tests start do not spend half of their time importing pandas and numpy.

    sqlite-utils and warcio import them and fsspec if they are installed. A few commands need them;
    their tests set PYTHONPATH.
    """
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(base_install), *([path] if path else [])])


def create_database(folder: Path) -> None:
    connection.open_database(folder / "empty.sqlite").close()


@pytest.fixture(scope="session", autouse=True)
def migrations_run_once(made_once: Made) -> Iterator[None]:
    """All migrations take 0.2 s, most tests need a database: a new one is a copy of a new one."""
    migrated = (made_once("database", create_database) / "empty.sqlite").read_bytes()
    create = connection._create_private

    def create_migrated(file: Path) -> None:
        create(file)
        if file.exists() and not file.stat().st_size and os.access(file, os.W_OK):
            file.write_bytes(migrated)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_create_private", create_migrated)
        yield


def play_demo(folder: Path) -> None:
    # In a process of its own: a process can run the crawler's reactor once.
    command = [sys.executable, "-m", "tinwatch", "demo", "--home", "data/demo"]
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(ROOT)])
    terminal = {"LANG": "C.UTF-8", "COLUMNS": "100", "TERM": "dumb"}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | terminal | {"PYTHONPATH": path},
        check=True, capture_output=True, text=True, timeout=TIME_LIMIT,
    )  # fmt: skip
    (folder / "printed.txt").write_text(done.stdout, "utf-8")


@pytest.fixture(scope="session")
def played(made_once: Made) -> Path:
    """A folder in which the demo was played in data/demo, and printed.txt. To be read only."""
    return made_once("demo", play_demo)


@pytest.fixture(scope="session")
def demo_home(played: Path) -> Path:
    """The demo's four nights. To be read only."""
    return played / "data" / "demo"


@pytest.fixture(scope="session")
def pywb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pywb's programs, for tests.pywb_server.server.serve."""
    folder = tmp_path_factory.mktemp("pywb")
    error = pywb_server.install(folder)
    if error:
        pytest.skip(f"pywb cannot be installed: {error}")
    return folder / "bin"


def crawl_faulty_site(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(CRAWL), str(folder), *SCENARIOS], cwd=ROOT,
        capture_output=True, text=True, timeout=TIME_LIMIT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def faulty_crawls(made_once: Made) -> Path:
    """The homes of tests/crawlers/crawl_faulty_site.py by scenario, each with report.json.

    To be read only.
    """
    return made_once("crawls", crawl_faulty_site)
