"""How well size comments are read: a table of comments of public code, with the words around the sizes replaced, and what torch says of each.

`python tests/size_comments.py` prints precision and recall of the readings and of the findings on both halves of the table; the grammar was made with
the half "open" alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from convt_lint.analysis import analyse
from convt_lint.expectations.comments import size_comments
from convt_lint.facts import LayerApplied, LayerBuilt, Multiple, SizeComment
from convt_lint.linting import check_bytes

TABLE = Path(__file__).parent / "size_comments"
HALVES = ("open", "held")


def snippets(half: str) -> Iterator[dict[str, Any]]:
    with (TABLE / f"{half}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@dataclass
class Score:
    """Counts of what is stated, what is found, and what of that is right; with the places where it is not."""

    stated: int = 0
    found: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.stated if self.stated else 1.0

    def __str__(self) -> str:
        return f"precision {self.precision:.3f} ({self.right} of {self.found}), recall {self.recall:.3f} ({self.right} of {self.stated})"


def judge(half: str) -> tuple[Score, Score, int]:
    """The scores of the readings and of the findings of a half, and its number of comment lines."""
    readings, findings, count = Score(), Score(), 0
    for snippet in snippets(half):
        count += len(snippet["comments"])
        _judge_readings(snippet, readings)
        _judge_findings(snippet, findings)
    return readings, findings, count


def _judge_readings(snippet: dict[str, Any], score: Score) -> None:
    source = snippet["source"]
    analysis = analyse(source.encode())
    analysis.locate()
    layers = [fact for fact in analysis.facts if isinstance(fact, (LayerBuilt, LayerApplied))]
    rows = {row: fact for fact in layers for row in range(fact.site.row, fact.site.end_row + 1)}
    found = {fact.row: fact for fact in analysis.facts if isinstance(fact, SizeComment)}
    texts = {comment.row: reading for comment, reading in size_comments(source)}
    for comment in snippet["comments"]:
        said, row = comment["reads"], comment["line"]
        wanted = said is not None and comment["layer_line"] in rows
        got = found.get(row)
        ratio = texts[row].ratio if row in texts else None
        if wanted and "ratio" in said:
            score.stated += 1
            score.found += ratio is not None
            right = ratio is not None and str(ratio) == said["ratio"]
        else:
            score.stated += wanted
            score.found += got is not None
            right = bool(wanted and got is not None and _is_same(got, said, rows[comment["layer_line"]]))
        score.right += right
        if not right and (wanted or got is not None):
            score.wrong.append(f"{snippet['id']}:{row}: {source.splitlines()[row - 1].strip()[:110]} | {said} | {None if got is None else _shown(got)}")


def _is_same(got: SizeComment, said: dict[str, Any], layer: LayerBuilt | LayerApplied) -> bool:
    """Whether a reading is of the same layer, and has the same spatial sizes, as the table's."""
    ways = [*got.readings.values(), *got.alternatives]
    dims = (layer.layer if isinstance(layer, LayerApplied) else layer).layer.dims
    channels = [(layer.layer if isinstance(layer, LayerApplied) else layer).arguments.get(name) for name in ("in_channels", "out_channels")]
    wanted = {role: _numbers(said[role], dims, channels) for role in ("in", "out") if said.get(role)}
    for claims in ways:
        at = all(claim.target.row <= layer.site.end_row and claim.target.end_row >= layer.site.row for claim in claims)
        if at and {claim.role: [_text(size) for size in claim.sizes] for claim in claims} == wanted:
            return True
    return False


def _numbers(shape: list[str], dims: int, channels: list[object]) -> list[str]:
    """The spatial sizes of a shape of the table: the last ones, or, where the channels come last, those before them."""
    shape = [text.strip("()³") for text in shape]
    if len(shape) == 1:
        shape = shape * dims
    texts = [str(number) for number in channels]
    if len(shape) > dims and shape[-1] in texts and shape[-dims - 1] not in texts and len(set(shape[-dims - 1 : -1])) == 1:
        shape = shape[:-1]
    return [_plain(text) for text in shape[-dims:]]


def _plain(text: str) -> str:
    from convt_lint.expectations.shapes_in_text import size_of

    return _text(size_of(text))


def _text(size: object) -> str:
    return f"({size.times}*{size.name}+{size.plus})/{size.over}" if isinstance(size, Multiple) else str(size)


def _shown(fact: SizeComment) -> str:
    ways = [*fact.readings.values(), *fact.alternatives]
    return "; ".join(dict.fromkeys(f"{claim.target.row} {claim.role} {[_text(size) for size in claim.sizes]}" for claims in ways for claim in claims))


def _judge_findings(snippet: dict[str, Any], score: Score) -> None:
    found = [finding for finding in check_bytes(snippet["source"].encode(), PurePath("snippet.py")).findings if finding.code == "CVT208"]
    rows = {finding.evidence["comment_row"] for finding in found}
    wrong = {comment["line"] for comment in snippet["comments"] if comment["verdict"] == "contradicts"}
    score.stated += len(wrong)
    score.found += len(rows)
    score.right += len(rows & wrong)
    score.wrong += [f"{snippet['id']}:{row}: missed: {snippet['source'].splitlines()[row - 1].strip()[:120]}" for row in sorted(wrong - rows)]
    score.wrong += [f"{snippet['id']}:{f.evidence['comment_row']}: false: {f.message}" for f in found if f.evidence["comment_row"] not in wrong]


def main() -> None:
    for half in HALVES:
        readings, findings, count = judge(half)
        print(f"{half}: {count} comment lines\n  readings: {readings}\n  findings: {findings}")
        if half in sys.argv[1:]:
            print("\n".join((*readings.wrong, *findings.wrong)))


if __name__ == "__main__":
    main()
