"""Tile grid map of the 34 provinces, north on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.provinces.lookup import present_provinces

TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 92, 30, 4  # pixels

# Column (west to east) and row (north to south); neighbours are adjacent, distances are not shown.
TILE_POSITIONS = {
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
    """A province's tile; `label` is None if the province has no data, `href` "" for no link."""

    slug: str
    name: str
    x: int
    y: int
    label: str | None
    shade: int
    href: str


@dataclass(frozen=True, slots=True)
class TileMap:
    width: int
    height: int
    tiles: tuple[Tile, ...]


def tile_map(
    labels: Mapping[str, tuple[str, int]], link: Callable[[str], str] = lambda _: ""
) -> TileMap:
    """Lay out the map.

    Args:
        labels: slug of a present province -> its label and shade (1 to 4)
        link: slug -> address that its tile leads to
    """
    tiles = []
    for province in present_provinces():
        column, row = TILE_POSITIONS[province.slug]
        label, shade = labels.get(province.slug, (None, 0))
        x, y = column * (TILE_WIDTH + TILE_GAP), row * (TILE_HEIGHT + TILE_GAP)
        tiles.append(Tile(province.slug, province.name, x, y, label, shade, link(province.slug)))
    columns = 1 + max(column for column, _ in TILE_POSITIONS.values())
    rows = 1 + max(row for _, row in TILE_POSITIONS.values())
    return TileMap(
        columns * (TILE_WIDTH + TILE_GAP) - TILE_GAP,
        rows * (TILE_HEIGHT + TILE_GAP) - TILE_GAP,
        tuple(tiles),
    )
