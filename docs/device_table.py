"""Writes the tables of docs/devices.md, between its marks, from what the package holds: `python docs/device_table.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convt_lint.confirm.catalogue import KINDS, Kind, cases, described
from convt_lint.device_tables import tables

PAGE = Path(__file__).parent / "devices.md"
DEVICES = {"cpu": "cpu", "cuda": "cuda", "meta": "meta", "fake": "fake tensors", "fake:cuda": "fake cuda tensors"}
SHORT = {"refuses to build": "refuses", "returns an empty tensor": "empty"}
_VARIANTS = {kind.name: [case.variant for case in cases() if case.kind is kind] for kind in KINDS}
_MARKED = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def measured() -> Iterator[str]:
    """What was measured on."""
    yield "| device | torch | what it was |"
    yield "|---|---|---|"
    for table in tables():
        libraries = ("cudnn", "driver", "cpu_capability") if table["device"] in ("cpu", "cuda") else ()
        parts = [table.get("name", ""), *(f"{name} {table[name]}" for name in libraries if name in table)]
        yield f"| {DEVICES[table['device']]} | {table['torch']} | {', '.join(part for part in parts if part)} |"


def outcomes() -> Iterator[str]:
    """A row for each kind of layer."""
    devices = [device for device in DEVICES if any(table["device"] == device for table in tables())]
    yield f"| rule | layer | {' | '.join(DEVICES[device] for device in devices)} |"
    yield f"|---|---|{'---|' * len(devices)}"
    for kind in KINDS:
        cells = [" or ".join(usual(kind, device)) for device in devices]
        yield f"| {kind.code or 'legal'} | `{described(kind)}` | {' | '.join(cells)} |"


def exceptions() -> Iterator[str]:
    """Where a device does not treat all variants of a kind alike: what it does with the fewer."""
    for kind in KINDS:
        for table in tables():
            words = variants(kind, table)
            for word in sorted(words, key=lambda word: -len(words[word]))[1:]:
                yield f"- `{described(kind)}` on {DEVICES[table['device']]}, torch {table['torch']}: {word} with {', '.join(words[word])}"


def usual(kind: Kind, device: str) -> list[str]:
    """The outcomes on a device with torch as it comes, in all that was measured there."""
    found = [variants(kind, table) for table in tables() if table["device"] == device]
    return sorted({word for words in found for word, names in words.items() if any(not name.endswith("native") for name in names)}, reverse=True)


def variants(kind: Kind, table: dict[str, Any]) -> dict[str, list[str]]:
    """The variants of a kind by their outcome."""
    found: dict[str, list[str]] = {}
    for group in table["results"][kind.name]:
        found.setdefault(SHORT.get(group["outcome"], group["outcome"]), []).extend(group.get("variants", _VARIANTS[kind.name]))
    return found


def page() -> str:
    """The page with its tables as they should be."""
    made = {"measured": measured, "outcomes": outcomes, "exceptions": exceptions}
    return _MARKED.sub(lambda found: "".join((found[1], "\n".join(("", *made[found[2]](), "", "")), found[3])), PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
