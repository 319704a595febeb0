"""Vietnam as a grid of tiles: each of the 34 provinces about where it lies, north on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.provinces.lookup import present_provinces

WIDTH, HEIGHT, GAP = 92, 30, 4  # of a tile, and between two

# Column (west to east) and row (north to south). Nothing is measured: neighbours stand together.
PLACES = {
    "lai-chau": (1, 0), "lao-cai": (2, 0), "tuyen-quang": (3, 0), "cao-bang": (4, 0),
    "dien-bien": (0, 1), "son-la": (1, 1), "phu-tho": (2, 1), "thai-nguyen": (3, 1),
    "lang-son": (4, 1),
    "ha-noi": (2, 2), "bac-ninh": (3, 2), "quang-ninh": (4, 2),
    "ninh-binh": (2, 3), "hung-yen": (3, 3), "hai-phong": (4, 3),
    "thanh-hoa": (2, 4), "nghe-an": (2, 5), "ha-tinh": (2, 6), "quang-tri": (3, 7), "hue": (3, 8),
    "da-nang": (4, 9), "quang-ngai": (4, 10), "gia-lai": (4, 11), "dak-lak": (4, 12),
    "dong-nai": (2, 13), "lam-dong": (3, 13), "khanh-hoa": (4, 13),
    "tay-ninh": (1, 14), "ho-chi-minh": (2, 14),
    "an-giang": (0, 15), "dong-thap": (1, 15), "vinh-long": (2, 15),
    "can-tho": (1, 16), "ca-mau": (0, 17),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """A province's tile; `said` is what it is marked with, None where it has nothing."""

    slug: str
    name: str
    x: int
    y: int
    said: str | None
    level: int


@dataclass(frozen=True, slots=True)
class TileMap:
    width: int
    height: int
    tiles: tuple[Tile, ...]


def tile_map(said: Mapping[str, tuple[str, int]]) -> TileMap:
    """said: slug of a present province -> what to mark it with, and its shade from 1 to 4."""
    tiles = []
    for province in present_provinces():
        column, row = PLACES[province.slug]
        words, shade = said.get(province.slug, (None, 0))
        x, y = column * (WIDTH + GAP), row * (HEIGHT + GAP)
        tiles.append(Tile(province.slug, province.name, x, y, words, shade))
    columns = 1 + max(column for column, _ in PLACES.values())
    rows = 1 + max(row for _, row in PLACES.values())
    return TileMap(columns * (WIDTH + GAP) - GAP, rows * (HEIGHT + GAP) - GAP, tuple(tiles))
