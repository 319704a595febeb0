"""nginx, Caddy and systemd take the files in deploy/, and nginx leads to the dashboard."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from storage.home import open_home
from tests.doc_pages import FENCE, ROOT, section
from tests.served import served_app
from tinwatch.web.app import make_app
from tinwatch.web.feed_access import feed_key

pytestmark = pytest.mark.slow
DEPLOY = ROOT / "deploy"
TOKEN = "sixteen-characters-or-more"
NAME = "tin.example.org"
PATH = "/usr/sbin:/usr/bin:/bin"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def needs(program: str) -> pytest.MarkDecorator:
    reason = f"no {program}: tests/install_programs.sh installs it"
    return pytest.mark.skipif(shutil.which(program, path=PATH) is None, reason=reason)


def server_block() -> str:
    """deploy/nginx.conf without IPv6, which a container may not have."""
    return re.sub(r"\s*listen \[::\]:80;", "", (DEPLOY / "nginx.conf").read_text("utf-8"))


def location_of_the_docs() -> str:
    shown = FENCE.findall(section("dashboard", "### Behind a proxy"))
    (block,) = [text for _, text in shown if text.startswith("location ")]
    return f"server {{ listen 80; server_name {NAME};\n{block}}}"


@contextmanager
def nginx(server: str, address: str, folder: Path) -> Iterator[str]:
    """The address of an nginx in front of another address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = server.replace("listen 80;", f"listen 127.0.0.1:{port};")
    server = server.replace("http://127.0.0.1:8001", address)
    paths = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{server}\n}}"
    )
    process = subprocess.Popen(["nginx", "-p", folder, "-c", file], env={"PATH": PATH})
    try:
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@needs("nginx")
@pytest.mark.parametrize(
    ("server", "prefix"),
    [(server_block(), ""), (location_of_the_docs(), "/tinwatch"),
     (location_of_the_docs().replace("8001;", "8001/;"), "/tinwatch")],
    ids=["deploy", "path kept", "path removed"],
)  # fmt: skip
def test_dashboard_behind_nginx(server: str, prefix: str, demo_home: Path, tmp_path: Path) -> None:
    app = make_app(open_home(demo_home), token=TOKEN, hosts=[NAME])
    with served_app(app) as address, nginx(server, address, tmp_path) as front:
        client = httpx.Client(base_url=front + prefix, headers={"host": NAME})
        assert client.get("/").headers["location"].startswith(f"{prefix}/login")
        assert client.get("/login").status_code == 200
        cookies = "tinwatch_visit=1"  # httpx keeps cookies by the address, not by the host header
        done = client.post(
            "/login",
            data={"token": TOKEN, "to": f"{prefix}/changes"},
            headers={"origin": f"http://{NAME}", "cookie": cookies},
        )
        assert done.headers["location"] == f"{prefix}/changes"
        session = re.match(r"tinwatch_session=[^;]+", done.headers["set-cookie"])
        assert session is not None
        client.headers["cookie"] = f"{cookies}; {session[0]}"
        page = client.get("/changes")
        assert page.status_code == 200
        own = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
        assert own
        assert all(path.startswith(f"{prefix}/") for path in own)
        assert client.get("/static/tinwatch.css").status_code == 200
        assert client.head("/changes").status_code == 200
        forged = client.post("/seen", data={"event": "1"}, headers={"origin": "http://x.example"})
        assert forged.status_code == 403
        subscribed = f"/feeds/all.atom?key={feed_key(TOKEN)}"
        feed = client.get(subscribed, headers={"cookie": ""})
        assert f'href="http://{NAME}{prefix}/feeds/all.atom"' in feed.text
        known = {"if-none-match": feed.headers["etag"]}
        assert client.get(subscribed, headers=known).status_code == 304


@needs("caddy")
@pytest.mark.parametrize("name", ["Caddyfile", "Caddyfile.host"])
def test_caddy_takes_the_file(name: str, tmp_path: Path) -> None:
    subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / name],
        check=True, capture_output=True,
        env={"PATH": PATH, "HOME": str(tmp_path), "TINWATCH_NAME": NAME},
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for file in DEPLOY.glob("systemd/*.service"):
        unit = file.read_text("utf-8").replace("/opt/tinwatch/bin/tinwatch", "/usr/bin/env")
        (tmp_path / file.name).write_text(unit)
    units = sorted(tmp_path.glob("*.service"))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
