from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from convt_lint import geometry
from convt_lint.conventions import can_hold, length_of
from convt_lint.facts import CONVENTIONS, Claim, Facts, Multiple, RatioStated, Scenario, SizeComment, StatedSize
from convt_lint.findings import Probe
from convt_lint.lengths import sized
from convt_lint.lines import evidence, line
from convt_lint.rules import documented, refusals
from convt_lint.rules.base import SHOWN, Report, Rule, changes, describe, known_arguments, on_axes, probe
from convt_lint.symbolic import Variable


class SizeCommentDisagrees(Rule):
    """A comment states a size that the layer beside it does not have.

    ## What it does
    Reads size comments (`256 x 8 x 8`, `62 -> 125`, `(B, 64, 2*L)`, `state size. (ngf*8) x 4 x 4`) on a layer's lines, between layers and beside calls,
    and holds them against the layers and against each other. A size on a layer's line may be meant for its output or its input, and one
    between two layers for either: reported is only what is wrong whichever way the comments of one Sequential, or of one `forward`, are read.

    ## Why is this bad
    A size comment is what the next reader calculates with. One that was right before the kernel was changed sends them to the wrong layer.

    ## Example
    ```python
    import torch.nn as nn

    decoder = nn.Sequential(
        nn.ConvTranspose1d(64, 32, kernel_size=4, stride=2, padding=1),  # 62 -> 125
        nn.ConvTranspose1d(32, 16, kernel_size=4, stride=2, padding=1),  # 125 -> 250
    )
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    decoder = nn.Sequential(
        nn.ConvTranspose1d(64, 32, kernel_size=4, stride=2, padding=1, output_padding=1),  # 62 -> 125
        nn.ConvTranspose1d(32, 16, kernel_size=4, stride=2, padding=1),  # 125 -> 250
    )
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT208"
    name = "size-comment-disagrees"
    severity = "warning"

    def check(self, facts: Facts) -> Iterator[Report]:
        blocks: dict[Hashable, list[SizeComment]] = {}
        for fact in facts.of(SizeComment):
            if not refusals.refused(fact.layer):
                blocks.setdefault(fact.block, []).append(fact)
        for block in blocks.values():
            yield from _judge_layouts(sorted(block, key=lambda fact: fact.row))
        yield from (_of_ratio(fact) for fact in facts.of(RatioStated) if fact.ratio not in fact.meant and not refusals.refused(fact.layer))
        yield from documented.reports(facts)
        yield from documented.examples(facts)


def _judge_layouts(block: list[SizeComment]) -> list[Report]:
    """The comments of one block that are wrong wherever its shapes have their channels: that is the same for all of them."""
    found = list(_judge(block))
    for layout in sorted({layout for fact in block for layout in fact.layouts}) if found else ():
        laid_out = [_laid_out(fact, layout) for fact in block]
        if not any(True for _ in _judge(laid_out)):
            return []
    return found


def _laid_out(fact: SizeComment, layout: str) -> SizeComment:
    if layout not in fact.layouts:
        return fact
    readings, alternatives = fact.layouts[layout]
    return replace(fact, readings=readings, alternatives=alternatives)


def _judge(block: list[SizeComment]) -> Iterator[Report]:
    """The comments of one block that are wrong under every convention."""
    scenarios: tuple[Scenario, ...] = block[0].scenarios or ({},)
    meant: list[Meant] = []
    alone: list[Claim] = []
    for fact in block:
        if fact.alternatives:
            possible = [claims for claims in fact.alternatives if any(_can_hold(claims, scenario) for scenario in scenarios)]
            if not possible and not any(_can_hold(claims, {}) for claims in fact.alternatives if _is_of_one(claims)):
                if any(fact.alternatives[0][0].sizes == other.sizes for other in alone):
                    continue  # it starts from the wrong number of another comment: right or wrong, that one is to be mended first
                alone.append(fact.alternatives[0][-1])
                yield _report(fact, _until_wrong(fact.alternatives[0]), (), {})
            elif len(possible) < 2 and (possible or any(_is_known(claim, scenario) for claim in fact.alternatives[0] for scenario in scenarios)):
                meant.append((fact, (possible or fact.alternatives)[0]))
    ways = [[*meant, *((fact, fact.readings[name]) for fact in block if name in fact.readings)] for name in CONVENTIONS]
    if alone or any(_can_hold(_claims(way), scenario) for way in ways for scenario in scenarios):
        return
    way = sorted(ways[0], key=lambda pair: pair[0].row)
    wrong = [fact for fact in block if not any(can_hold(claims, scenario) for claims in fact.readings.values() for scenario in scenarios)]
    scenario, kept = max(
        ((scenario, _together(way, scenario, start)) for scenario in scenarios[:MAX_SCENARIOS] for start in _starts(way)), key=lambda pair: len(pair[1])
    )
    for fact, claims in way:
        if all(fact is not other for other, _ in kept) and not (fact.may_be_kernel and _is_kernel(claims)):
            yield _report(fact, claims, _claims(kept), scenario)
            if fact not in wrong:
                return  # it is wrong beside other comments: one of them may be the wrong one


MAX_SCENARIOS = 4
MAX_STARTS = 12


def _starts(way: Sequence[Meant]) -> range:
    """The comments from which the largest set that is true together is looked for: all, or some where there are many."""
    return range(0, len(way), max(-(-len(way) // MAX_STARTS), 1))


def _can_hold(claims: Sequence[Claim], scenario: Scenario) -> bool:
    """Whether claims can be true together, of images as height and width or as width and height."""
    return can_hold(claims, scenario) or (
        any(len(claim.sizes) == 2 for claim in claims) and can_hold([replace(claim, sizes=claim.sizes[::-1]) for claim in claims], scenario)
    )


Meant: TypeAlias = "tuple[SizeComment, tuple[Claim, ...]]"
"""A comment, and how it is read."""


def _is_known(claim: Claim, scenario: Scenario) -> bool:
    """Whether the code fixes the length of a claim's layer: what is noted there is no example."""
    run = scenario.get(claim.target)
    return run is not None and bool(run.forms) and all(isinstance(form, int) for form in run.forms)


def _until_wrong(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The claims up to the first that contradicts those before it."""
    return next((claims[: count + 1] for count in range(1, len(claims)) if not can_hold(claims[: count + 1], {})), claims)


def _is_of_one(claims: Sequence[Claim]) -> bool:
    """Whether the claims are of one layer."""
    return all(claim.target is claims[0].target for claim in claims)


def _claims(way: Sequence[Meant]) -> list[Claim]:
    return [claim for _, claims in way for claim in claims]


def _together(way: list[Meant], scenario: Scenario, start: int) -> list[Meant]:
    """Comments that can be true together, from one of them on."""
    kept: list[Meant] = []
    for pair in (*way[start:], *way[:start][::-1]):
        if can_hold(_claims([*kept, pair]), scenario):
            kept.append(pair)
    return kept


def _is_kernel(claims: Sequence[Claim]) -> bool:
    """Whether what is stated may be the kernel's size, or that of an earlier kernel: 3x3, 5x5."""
    return any(claim.sizes == claim.layer.integers("kernel_size") or claim.sizes in _KERNELS for claim in claims)


_KERNELS = [(size,) * dims for size in (3, 5, 7) for dims in (2, 3)]


def _report(fact: SizeComment, claims: tuple[Claim, ...], others: Sequence[Claim], scenario: Scenario) -> Report:
    claim = claims[-1]
    layer = claim.layer
    known = [*others, *(other for other in claims if other is not claim)]
    axis = next((axis for axis in range(len(claim.sizes)) if not can_hold([*known, _alone(claim, axis)], scenario)), 0)
    stated = _shown(claim.sizes[axis])
    given, length = (length_of(claim, role, known, scenario, axis) for role in (claim.role, "in"))
    where = on_axes(layer, [axis]) if len(set(claim.sizes)) > 1 else ""
    said = f'{describe(layer)}: the comment{"" if fact.row == fact.site.row else f" at {line(fact.row)}"} says {stated}{where} ("{fact.text[:60]}")'
    if claim.role == "in":
        message = f"{said}, but its input has {'another length' if given is None else given}"
    elif given is not None:
        message = f"{said}, but this layer gives {given}" + (f" from {length}" if length is not None else "")
    elif _is_unreachable(claim, axis):
        message = f"{said}, but no input length gives that"
    elif (made := _made(claim, axis, claims[0].sizes[axis])) and not others:
        message = f"{said}, but this layer makes {made}"
    else:
        message = f"{said}, which fits neither the layers before it nor the other comments"
    return Report(
        fact,
        message,
        suggestions=_closing(claim, axis, given, length),
        evidence={
            **known_arguments(layer),
            "comment": fact.text,
            **evidence(fact.row, "comment_"),
            "stated": stated,
            "given": given,
            "length": length,
            "axis": axis,
        },
        probe=_probe(claim, axis, length),
    )


def _of_ratio(fact: RatioStated) -> Report:
    layer, strides = fact.layer, fact.layer.integers("stride")
    times = str(strides[0]) if len(set(strides)) == 1 else " x ".join(map(str, strides))
    place = "" if fact.row == fact.site.row else f" at {line(fact.row)}"
    return Report(
        fact,
        f'{describe(layer)}: the comment{place} says {fact.ratio} times ("{fact.text[:60]}"), but this layer makes its input about {times} times as long',
        suggestions=(f"write {times} in the comment",),
        evidence={**known_arguments(layer), "comment": fact.text, **evidence(fact.row, "comment_"), "stated": fact.ratio},
    )


def _made(claim: Claim, axis: int, taken: StatedSize) -> str:
    """What a layer makes of a length, as people write it: "2*T + 1" of what the comment calls T, or "2*L + 1 of L"."""
    form = claim.layer.output_form(axis, Variable(("claim", 0, axis)))
    if form is None:
        return ""
    name = taken.name if isinstance(taken, Multiple) and taken.plain else ""
    return re.sub(r"\bL\b", name, str(sized(form))) if name else f"{sized(form)} of L"


def _alone(claim: Claim, axis: int) -> Claim:
    sizes = tuple(size if index == axis else None for index, size in enumerate(claim.sizes))
    return Claim(claim.layer, claim.target, claim.role, sizes)


def _shown(size: object) -> str:
    if not isinstance(size, Multiple):
        return str(size)
    text = ("" if size.times == 1 else f"{size.times}*") + size.name + (f" {'-' if size.plus < 0 else '+'} {abs(size.plus)}" if size.plus else "")
    return text if size.over == 1 else f"({text})/{size.over}" if size.plus else f"{text}/{size.over}"


def _closing(claim: Claim, axis: int, given: int | None, length: int | None) -> tuple[str, ...]:
    """What makes comment and layer agree: the comment's number, or the least change of the layer."""
    numbers, wanted = claim.layer.axes()[axis], claim.sizes[axis]
    found = [f"write {given} in the comment"] if given is not None else []
    if numbers is None or not isinstance(wanted, int) or claim.role == "in":
        return tuple(found)
    if length is not None:
        found += [f"{changes(numbers, s)} gives {wanted} from {length}" for s in geometry.solutions(length, wanted, numbers, limit=1)]
    elif given is None and _is_unreachable(claim, axis):
        below, above = geometry.nearest_output_lengths(wanted, numbers)
        found += [f"this layer gives {size} from {geometry.input_length(size, numbers)}" for size in (below, above) if size is not None]
    return tuple(found)


def _probe(claim: Claim, axis: int, length: int | None) -> Probe | None:
    wanted = claim.sizes[axis]
    if claim.role == "in" or not isinstance(wanted, int):
        return None
    expected = [wanted if index == axis else None for index in range(len(claim.sizes))]
    if length is None:
        return probe(claim.layer, "unreachable", SHOWN, expected=expected) if _is_unreachable(claim, axis) else None
    lengths = [length if index == axis else None for index in range(len(claim.sizes))]
    return probe(claim.layer, "length", SHOWN, lengths, expected=expected)


def _is_unreachable(claim: Claim, axis: int) -> bool:
    numbers, wanted = claim.layer.axes()[axis], claim.sizes[axis]
    return numbers is not None and isinstance(wanted, int) and geometry.input_length(wanted, numbers) is None
