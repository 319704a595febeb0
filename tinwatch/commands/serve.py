"""tinwatch serve: the dashboard."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from storage.extras import MissingExtra, optional_extra
from storage.home import Home
from tinwatch.commands.options import HomeOption
from tinwatch.terminal.console import err, existing_home, exit_on_error
from tinwatch.terminal.messages import UsageError, gettext

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", help="Port.", min=1, max=65535)]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="TINWATCH_TOKEN",
        show_envvar=True,
        help="Access token; required for any address but 127.0.0.1.",
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option("--name", help="Also accept this Host header (behind a proxy; repeatable)."),
]
TablesOption = Annotated[
    bool,
    typer.Option("--tables", help="Also run Datasette (read-only) on the next port."),
]
RootPathOption = Annotated[
    str, typer.Option("--root-path", help="Prefix of all paths behind a proxy, such as /tinwatch.")
]
MIN_TOKEN_CHARS = 16
MAX_CONNECTIONS = 500  # open at the same time; more are answered with 503


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8001,
    token: TokenOption = None,
    name: NameOption = None,
    root_path: RootPathOption = "",
    tables: TablesOption = False,
    home: HomeOption = None,
) -> None:
    """Serve the dashboard in your browser until Ctrl-C."""
    with exit_on_error(home):
        opened = existing_home(home)
        loopback = is_loopback(host)
        check_token(token, host, loopback)
        with optional_extra("web"):
            import python_multipart  # noqa: F401
            import uvicorn

            from tinwatch.web.addresses import PREFIX
            from tinwatch.web.app import make_app
            from tinwatch.web.feed_access import KEY, feed_key
            from tinwatch.web.slow_requests import ImpatientProtocol

        root_path = root_path.rstrip("/")
        if root_path and not PREFIX.fullmatch(root_path):
            message = gettext("--root-path {path}: use a path such as /tinwatch", path=root_path)
            raise UsageError(message)
        names = {host, *(name or ())}
        check_port(host, port)
        app = make_app(opened, token, names, any_address=not loopback, root_path=root_path)
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{port}/"
        err.print(gettext("dashboard: {url} (Ctrl-C stops it)", url=url))
        if token is not None:
            public = f"https://{name[0]}" if name else url.rstrip("/")  # names are those of a proxy
            feed = f"{public}{root_path}/feeds/all.atom?{KEY}={feed_key(token)}"
            err.print(gettext("for feed readers: {url}", url=feed))
        with run_datasette(opened, port + 1, tables):
            uvicorn.run(
                app, host=host, port=port, log_level="warning", server_header=False,
                http=ImpatientProtocol, limit_concurrency=MAX_CONNECTIONS,
            )  # fmt: skip


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_token(token: str | None, host: str, loopback: bool) -> None:
    """Raise ValueError if others can reach the address and there is no token of enough length."""
    if token is None and not loopback:
        message = gettext(
            "other machines can reach {host}: set a token, for example {example}, or omit --host",
            host=host,
            example=f"TINWATCH_TOKEN={secrets.token_urlsafe(24)}",
        )
        raise UsageError(message)
    if token is not None and len(token) < MIN_TOKEN_CHARS:
        message = gettext(
            "the token must have at least {number} characters", number=MIN_TOKEN_CHARS
        )
        raise UsageError(message)


def check_port(host: str, port: int) -> None:
    """Raise OSError if another program listens on the port: Uvicorn would only log it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host, port), family=family).close()


@contextmanager
def run_datasette(home: Home, port: int, enabled: bool) -> Iterator[None]:
    """Run Datasette on 127.0.0.1 while the dashboard runs, if `enabled`. Raise MissingExtra.

    It opens the file read-only, not as immutable, because a crawl may write to it.
    """
    if not enabled:
        yield
        return
    process = subprocess.Popen(datasette_command(home.database_file, port))
    url = f"http://127.0.0.1:{port}/"
    err.print(gettext("Datasette: {url} (this machine only)", url=url))
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def datasette_command(file: Path, port: int) -> list[str]:
    """Return the command line of Datasette. Raise MissingExtra."""
    if find_spec("datasette") is None:
        raise MissingExtra("datasette", "tables")
    options = ("serve", str(file), "--host", "127.0.0.1", "--port", str(port))
    return [sys.executable, "-m", "datasette", *options, "--setting", "default_allow_sql", "on"]
