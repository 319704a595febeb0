"""Reprint network: an edge from the first publisher to each site that printed the text later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from pipelines.stories.first_publisher import MemberRecord
from pipelines.text.normal_forms import clean

GEXF = "http://gexf.net/1.3"


@dataclass(frozen=True, slots=True)
class Edge:
    """`weight` is the number of stories that `target` reprinted from `source`."""

    source: str
    target: str
    weight: int


def edges(stories: Iterable[list[MemberRecord]]) -> list[Edge]:
    """Return the edges, heaviest first. Each story is ordered, the first publisher first."""
    weights: Counter[tuple[str, str]] = Counter()
    for first, *others in stories:
        sites = {other.member.site for other in others} - {first.member.site}
        weights.update((first.member.site, site) for site in sites)
    ordered = sorted(weights.items(), key=lambda e: (-e[1], e[0]))
    return [Edge(source, target, weight) for (source, target), weight in ordered]


def gexf(found: list[Edge], titles: dict[str, str], provinces: dict[str, str]) -> bytes:
    """Return the network as GEXF 1.3, which Gephi and networkx read."""
    root = etree.Element("gexf", nsmap={None: GEXF}, version="1.3")  # type: ignore[dict-item]
    graph = etree.SubElement(root, "graph", defaultedgetype="directed", mode="static")
    attributes = etree.SubElement(graph, "attributes", {"class": "node"})
    etree.SubElement(attributes, "attribute", id="0", title="province", type="string")
    nodes = etree.SubElement(graph, "nodes")
    for site in sorted({name for edge in found for name in (edge.source, edge.target)}):
        node = etree.SubElement(nodes, "node", id=site, label=clean(titles.get(site, site)))
        values = etree.SubElement(node, "attvalues")
        etree.SubElement(values, "attvalue", {"for": "0", "value": provinces.get(site, "")})
    lines = etree.SubElement(graph, "edges")
    for number, edge in enumerate(found):
        etree.SubElement(
            lines, "edge", id=str(number), source=edge.source, target=edge.target,
            weight=str(edge.weight),
        )  # fmt: skip
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
