"""A real pywb, the replay server of web archives, for tests.

pywb brings brotlipy, which replaces the module `brotli` that tinwatch decodes with. So it has a
virtual environment of its own, made once per test session from requirements.lock beside this file
(`make lock` compiles it). The fixture `pywb` (tests/conftest.py) gives its programs; tests that use
it are slow ones, and are skipped if pip cannot install it.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

LOCK = Path(__file__).with_name("requirements.lock")
START_SECONDS = 60


def install(folder: Path) -> str:
    """Make the environment in an empty folder. Return pip's error, or an empty string."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
    done = subprocess.run([*pip, "-r", LOCK], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


@contextmanager
def serve(bin_folder: Path, folder: Path, *files: Path) -> Iterator[str]:
    """Serve WARC files from a collection in `folder`. Yield its URL, "http://127.0.0.1:1/home"."""
    folder.mkdir(parents=True, exist_ok=True)
    for arguments in (["init", "home"], ["add", "home", *map(str, files)]):
        command = [bin_folder / "wb-manager", *arguments]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        command = [bin_folder / "wayback", "-b", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/", server)
        yield f"http://127.0.0.1:{port}/home"
    finally:
        server.terminate()
        server.wait()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            urlopen(url).close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"pywb does not answer at {url}; its log says why")
