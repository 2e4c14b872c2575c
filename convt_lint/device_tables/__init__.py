"""What devices do with layers that cannot run, as `convt-lint devices` measured it: the files beside this one, as that command wrote them.

Nothing here imports torch, or what runs layers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_NATIVE = "native"
_OF_THE_LENGTH = "output size per channel"
"""Words of an error that finds fault with the output's length, whatever made it so."""
_OF_LENGTHS = "output-of-"
"""How the kinds begin whose fault is that length."""
_WORDS = {
    "refuses to build": ("refuses", "refuse"),
    "refuses": ("refuses", "refuse"),
    "breaks the process": ("breaks", "break"),
    "crashes": ("crashes", "crash"),
    "hangs": ("hangs", "hang"),
    "cannot run such a layer": ("cannot run any such layer", "cannot run any such layer"),
    "returns an empty tensor": ("returns an empty tensor", "return an empty tensor"),
    "returns another shape": ("returns another shape", "return another shape"),
    "returns wrong values": ("returns wrong values", "return wrong values"),
    "accepts": ("accepts", "accept"),
}
"""The outcomes in words, of one device and of several, the plainest refusal first."""
_FAKE = {"fake": "fake tensors", "fake:cuda": "fake cuda tensors"}


class Row(NamedTuple):
    """What one device does with one kind of layer.

    name: the device's, as its maker has it; torch: the version it was measured with; outcomes: one, or what different variants of the kind meet with.
    """

    device: str
    name: str
    torch: str
    outcomes: tuple[str, ...]


@cache
def tables() -> list[dict[str, Any]]:
    """The tables as `convt-lint devices --output-format json` writes them, the devices with the oldest torch first."""
    return [table for path in sorted(Path(__file__).parent.glob("*.json")) for table in json.loads(path.read_text(encoding="utf-8"))]


def rows(kind: str, dims: int | None = None) -> list[Row]:
    """What each device does with a kind of layer (`confirm.catalogue`), of `dims` axes or of any number; empty where that was not measured.

    What cuDNN and oneDNN were switched off for is left out. So is a device that refuses such a layer for the length of its output alone, where
    another input would give another length.
    """
    found = []
    for table in tables():
        groups = list(_groups(table["results"].get(kind, ()), dims))
        by_length = not kind.startswith(_OF_LENGTHS) and any(_OF_THE_LENGTH in group.get("detail", "") for group in groups)
        if groups and not by_length:
            outcomes = {group["outcome"] for group in groups}
            found.append(Row(table["device"], table.get("name", ""), table["torch"], tuple(word for word in _WORDS if word in outcomes)))
    return found


def _groups(groups: Iterable[dict[str, Any]], dims: int | None) -> Iterator[dict[str, Any]]:
    """The groups of variants that a layer of `dims` axes may be among."""
    for group in groups:
        variants = group.get("variants")
        if variants is None or any((dims is None or variant.startswith(f"{dims}d ")) and not variant.endswith(_NATIVE) for variant in variants):
            yield group


def sentence(found: Iterable[Row]) -> str:
    """ "cpu refuses, cuda (NVIDIA H200, torch 2.11) refuses, meta accepts (measured with torch 2.11 and 2.13)"; empty where there are no rows."""
    devices: dict[str, list[Row]] = {}
    for row in found:
        devices.setdefault(row.device, []).append(row)
    if len({_said(devices[name], 1) for name in _FAKE if name in devices}) == 1:
        devices = {name: own for name, own in devices.items() if name != "fake:cuda" or "fake" not in devices}
    usual = max((_versions(own) for own in devices.values()), key=len, default=[])
    parts = [f"{_FAKE.get(name, name)}{_source(name, own, usual)} {_said(own, name in _FAKE)}" for name, own in devices.items()]
    return f"{', '.join(parts)} (measured with torch {' and '.join(usual)})" if parts else ""


def _said(own: Iterable[Row], several: int) -> str:
    outcomes = {outcome for row in own for outcome in row.outcomes}
    return " or ".join(dict.fromkeys(words[several] for outcome, words in _WORDS.items() if outcome in outcomes))


def _source(device: str, own: list[Row], usual: list[str]) -> str:
    """What the device was, if it is one of many of its kind, and the versions of torch, if others than those of most devices."""
    names = dict.fromkeys(row.name for row in own if row.name and device not in ("cpu", *_FAKE))
    versions = _versions(own)
    told = [*names, *([] if versions == usual else [f"torch {' and '.join(versions)}"])]
    return f" ({', '.join(told)})" if told else ""


def _versions(own: Iterable[Row]) -> list[str]:
    """Versions as they are spoken of: "2.11"."""
    return list(dict.fromkeys(".".join(row.torch.split(".")[:2]) for row in own))
