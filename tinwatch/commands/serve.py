"""tinwatch serve: the dashboard."""

from __future__ import annotations

import secrets
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
from tinwatch.terminal.console import err, errors_in_words, existing_home

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", help="Port.", min=1, max=65535)]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="TINWATCH_TOKEN",
        show_envvar=True,
        help="Token that users must know; required for any address but 127.0.0.1.",
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option("--name", help="A host name to answer to, as a proxy passes it on."),
]
TablesOption = Annotated[
    bool,
    typer.Option("--tables", help="Also run Datasette (read-only) on the next port."),
]
LEAST = 16  # characters of a token


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8001,
    token: TokenOption = None,
    name: NameOption = None,
    tables: TablesOption = False,
    home: HomeOption = None,
) -> None:
    """Serve the dashboard in your browser until Ctrl-C."""
    with errors_in_words():
        place = existing_home(home)
        loopback = is_loopback(host)
        check_token(token, host, loopback)
        with optional_extra("web"):
            import python_multipart  # noqa: F401
            import uvicorn

            from tinwatch.web.app import make_app

        names = {host, *(name or ())}
        app = make_app(place, token, names, any_address=not loopback)
        shown = f"[{host}]" if ":" in host else host
        err.print(f"the page is at http://{shown}:{port}/ (Ctrl-C ends it)")
        with tables_beside(place, port + 1, tables):
            uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_token(token: str | None, host: str, loopback: bool) -> None:
    """Raises ValueError where others reach the address and no good token keeps them out."""
    if token is None and not loopback:
        raise ValueError(
            f"{host} can be reached by others: give a token, for example "
            f"TINWATCH_TOKEN={secrets.token_urlsafe(24)}, or leave --host away"
        )
    if token is not None and len(token) < LEAST:
        raise ValueError(f"the token is too short: {LEAST} characters or more")


@contextmanager
def tables_beside(home: Home, port: int, wanted: bool) -> Iterator[None]:
    """Datasette on this machine's own address, while the page runs. Raises ValueError.

    It opens the file read-only, not as immutable: a night may write to it meanwhile.
    """
    if not wanted:
        yield
        return
    process = subprocess.Popen(tables_command(home.database_file, port))
    err.print(f"the tables are at http://127.0.0.1:{port}/ (this machine only)")
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def tables_command(file: Path, port: int) -> list[str]:
    """The command that starts Datasette. Raises MissingExtra."""
    if find_spec("datasette") is None:
        raise MissingExtra("datasette", "tables")
    options = ("serve", str(file), "--host", "127.0.0.1", "--port", str(port))
    return [sys.executable, "-m", "datasette", *options, "--setting", "default_allow_sql", "on"]
