"""DuckDB over the tables of a bulk dataset, within bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.bulk.dataset import DatasetFolder
from storage.extras import optional_extra

with optional_extra("bulk"):
    import duckdb


def connect(work: Path, memory_gigabytes: float, dataset: DatasetFolder) -> Any:
    """Open a database in the folder `work`, which also takes what exceeds the memory."""
    db = duckdb.connect(str(work / "join.duckdb"))
    db.execute(f"SET memory_limit = '{int(memory_gigabytes * 1000)}MB'")
    db.execute(f"SET temp_directory = '{work / 'spilled'}'")
    db.execute("SET preserve_insertion_order = false")
    db.execute("SET TimeZone = 'UTC'")
    if "file" not in dataset.fs.protocol:
        db.register_filesystem(dataset.fs)
    return db


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raise OSError if DuckDB has no more disk or memory."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise OSError(str(error)) from error


def parquet_table(dataset: DatasetFolder, table: str) -> str:
    """Return a table of the dataset as an expression of SQL."""
    path = dataset.fs.unstrip_protocol(dataset.full(table))
    files = f"{path.removeprefix('file://')}/*/*/*.parquet".replace("'", "''")
    return f"read_parquet('{files}', hive_partitioning = true, hive_types = {{'site': VARCHAR}})"
