"""Nodes of a graph file (GraphML, GEXF) with their attributes, one JSON object a line."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import msgspec

from zombiescope.errors import InputError

__all__ = ["write_nodes"]


def write_nodes(path: Path, target: Path, name: str) -> int:
    """Write the nodes of the graph as JSON lines and return how many there are, one in memory at a time.

    Raises InputError where the file is no GraphML or GEXF.
    """
    titles: dict[str, str] = {}
    nodes = 0
    encode = msgspec.json.Encoder().encode
    try:
        with target.open("wb") as file:
            for _, element in ElementTree.iterparse(path, events=("end",)):  # noqa: S314 - expat 2.4 and later bounds entity expansion
                tag = element.tag.rpartition("}")[2]
                if tag == "key" and element.get("for", "node") in ("node", "all"):
                    titles[element.get("id", "")] = element.get("attr.name") or element.get("id", "")
                elif tag == "attribute":
                    titles[element.get("id", "")] = element.get("title") or element.get("id", "")
                elif tag == "node":
                    file.write(encode(_attributes(element, titles)) + b"\n")
                    nodes += 1
                    element.clear()
                elif tag == "edge":
                    element.clear()
    except ElementTree.ParseError as error:
        raise InputError(f"{name} is no graph file that can be read: {error}") from None
    if not nodes:
        raise InputError(
            f"{name} holds no nodes", "GraphML and GEXF are read, of which nodes are the accounts."
        )
    return nodes


def _attributes(node: ElementTree.Element, titles: dict[str, str]) -> dict[str, str]:
    row = {"id": node.get("id", "")}
    if node.get("label"):
        row["label"] = node.get("label", "")
    for child in node.iter():
        tag = child.tag.rpartition("}")[2]
        if tag == "data":
            row[titles.get(child.get("key", ""), child.get("key", ""))] = child.text or ""
        elif tag == "attvalue":
            key = child.get("for") or child.get("id") or ""
            row[titles.get(key, key)] = child.get("value", "")
    return row
