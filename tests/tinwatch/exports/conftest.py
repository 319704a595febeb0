"""Homes to export from: the demo's four nights, and the same with hostile text in its records."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tinwatch.commands.app import app

HOSTILE = (
    '=HYPERLINK("http://evil.example","bấm")',
    "+84 912 345 678",
    "-cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '  "=1+1',
    "\t=1+1",
    "\r\n=1+1",
    "chữ; =1+1;-2;\n@x",
    "＝1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eđảo\u202c ngược \u2066x\u2069",
    "null\x00byte và \x1b[31m",
    "nửa \ud83d ký tự \udc00",
    'dấu "nháy" và, phẩy',
    "'=đã có nháy",
    "dòng\nmới\r\nnữa\rvà\u2028\x85cuối",
    "Đảng bộ xã 😀 " + "dài " * 9000,
)


@dataclass
class Exporter:
    """Calls `tinwatch export` for a home, and `read`s what another tool shall take."""

    home: Path
    folder: Path

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["export", *arguments, "--home", str(self.home)])

    def file(self, form: str, *options: str, name: str = "") -> Path:
        """The file or folder that a format is written to."""
        file = self.folder / (name or f"made.{form}")
        done = self(form, *options, "-o", str(file))
        assert done.exit_code == 0, done.output
        return file

    def records(self) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.home / "tinwatch.db")) as db:
            rows = db.execute("SELECT record FROM revisions ORDER BY article, number").fetchall()
        return [json.loads(row[0]) for row in rows]

    def value(self, query: str) -> Any:
        with closing(sqlite3.connect(self.home / "tinwatch.db")) as db:
            return db.execute(query).fetchone()[0]


@pytest.fixture
def demo(demo_home: Path, tmp_path: Path) -> Exporter:
    """Only read: every test of a session shares the home."""
    return Exporter(demo_home, tmp_path)


@pytest.fixture(scope="session")
def hostile_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile") / "home"
    shutil.copytree(demo_home, home)
    with closing(sqlite3.connect(home / "tinwatch.db")) as db:
        rows = db.execute("SELECT id, record FROM revisions").fetchall()
        for (number, text), words in zip(rows, HOSTILE * 9, strict=False):
            record = json.loads(text)
            for field in ("title", "lead", "section", "byline_as_printed", "dateline"):
                record[field] = words
            record["tags"] = [words, words]
            record["authors"] = [{"name": words, "kind": "person", "roles": ["text"]}]
            record["source"] = {"name": words, "url": None}
            record["body"] = [
                {"kind": "paragraph", "text": text} for text in (words, "đoạn", words)
            ]
            record["captions"] = [{"text": words, "photographer": words}]
            db.execute("UPDATE revisions SET record = ? WHERE id = ?", [json.dumps(record), number])
        db.commit()
    return home


@pytest.fixture
def hostile_export(hostile_home: Path, tmp_path: Path) -> Exporter:
    """Only read."""
    return Exporter(hostile_home, tmp_path)


@pytest.fixture
def own_demo(demo_home: Path, tmp_path: Path) -> Exporter:
    """A copy to change."""
    return Exporter(Path(shutil.copytree(demo_home, tmp_path / "home")), tmp_path)


@pytest.fixture
def hostile_words() -> tuple[str, ...]:
    return HOSTILE
