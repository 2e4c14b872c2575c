"""What findings say of devices: for which layers, in which words, and that it is so with the torch that is here."""

from __future__ import annotations

import runpy
from pathlib import PurePath

import pytest
from surface import ROOT

from convt_lint import lint_bytes
from convt_lint.confirm.catalogue import KINDS, Case, cases
from convt_lint.confirm.survey import Outcome, outcome_of, workers_on
from convt_lint.device_tables import Row, rows, sentence, tables
from convt_lint.findings import Finding, LayerKind
from convt_lint.output import Shown, Style, renderer

NOT_FOUND = ("input-of-length-zero", "kernel-of-one-axis-more function")
"""An input without samples is none that a rule speaks of, and a function's kernel is what its weight has."""
HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
REFUSED = (Outcome.REFUSES, Outcome.REFUSES_TO_BUILD)


def program(case: Case) -> bytes:
    given = ", ".join(f"{name}={value!r}" for name, value in case.arguments.items())
    if case.weight is not None:
        return f"{HEAD}y = F.conv_transpose{case.dims}d(torch.randn{case.input}, torch.randn{case.weight}, {given})\n".encode()
    size = "" if case.output_size is None else f", output_size={case.output_size!r}"
    return f"{HEAD}layer = nn.ConvTranspose{case.dims}d({given})\ny = layer(torch.randn{case.input}{size})\n".encode()


def lint(source: str) -> list[Finding]:
    return lint_bytes(f"{HEAD}{source}\n".encode(), PurePath("m.py"))


def test_the_layers_of_the_catalogue_are_known_in_code() -> None:
    tried = [case for case in cases() if case.kind.code and case.dims < 3 and case.variant.partition(" ")[2] in ("float32", "function", "last axis")]
    for case in tried:
        name, form = case.kind.name, case.variant.partition(" ")[2]
        if name not in NOT_FOUND and f"{name} {form}" not in NOT_FOUND:
            kinds = [finding.kind for finding in lint_bytes(program(case), PurePath("m.py")) if finding.code == case.kind.code]
            assert kinds == [LayerKind(name, case.dims)], program(case)


@pytest.mark.parametrize(
    "call",
    [
        "nn.ConvTranspose1d(1, 1, 3, stride=-1, dilation=0)",
        "nn.ConvTranspose1d(1, 1, 3, stride=2, padding=-1, output_padding=5)",
        "nn.ConvTranspose2d(1, 1, 3, stride=(0, -1))",
        "nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=(2, -1))",
        "nn.ConvTranspose2d(1, 1, 3, stride=(1, 2), output_padding=(1, 2))",
        "nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=-9)(torch.randn(1, 1, 4))",
        "nn.ConvTranspose1d(1, 1, 3, stride=0, padding=2)",
        "nn.ConvTranspose1d(1, 1, 3, stride=2, dilation=-1, padding=3)(torch.randn(1, 1, 2))",
        "nn.ConvTranspose1d(-1, 1, 3)",
        "nn.ConvTranspose1d(1, 1, (3, 3, 3))",
        "nn.ConvTranspose1d(1, 1, (3, 3), (2, 2))",
        "nn.ConvTranspose1d(1, 1, 3, strides=2)",
        "nn.LazyConvTranspose1d(1, 3, stride=2, output_padding=2)",
        "nn.ConvTranspose1d(2, 2, 3, groups=2)(torch.randn(1, 3, 4))",
        "nn.Conv1d(2, 2, 3)(torch.randn(1, 3, 4)); nn.ConvTranspose1d(1, 1, 3)",
        "nn.ConvTranspose2d(1, 1, 3, padding=(2, 3))(torch.randn(1, 1, 2, 3))",
    ],
)
def test_of_what_was_not_tried_just_so_nothing_is_said(call: str) -> None:
    findings = lint(call)
    assert findings
    assert [finding.kind for finding in findings if finding.kind] == []


MEASURED = "measured with torch 2.11 and 2.13"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("nn.ConvTranspose1d(1, 1, 3, 2, 1, 11)", f"cpu refuses, cuda (NVIDIA H200, torch 2.11) refuses, meta accepts, fake tensors accept ({MEASURED})"),
        ("nn.ConvTranspose1d(1, 1, 3, -1)", f"cpu refuses, cuda (NVIDIA H200, torch 2.11) refuses, fake tensors refuse ({MEASURED})"),
        (
            "nn.ConvTranspose1d(1, 1, 4, padding=4)(torch.randn(1, 1, 5))",
            "cpu refuses or returns an empty tensor, cuda (NVIDIA H200, torch 2.11) returns an empty tensor, meta refuses, fake tensors refuse, "
            f"fake cuda tensors (torch 2.11) return an empty tensor ({MEASURED})",
        ),
    ],
)
def test_what_is_said(call: str, said: str) -> None:
    (finding,) = lint(call)
    shown = {name: "".join(renderer(name)([Shown(finding)], Style())) for name in ("full", "json", "concise")}
    assert f"  = devices: {said}\n" in shown["full"]
    assert '"name": "NVIDIA H200",\n        "outcomes": [' in shown["json"].replace('"torch": "2.11.0+cu130",\n        ', "")
    assert "H200" not in shown["concise"]


def test_devices_that_differ_are_told_apart() -> None:
    said = sentence([Row("cpu", "A", "2.11.0", ("refuses",)), Row("cpu", "B", "3.0", ("accepts",)), Row("mps", "M4", "3.0", ("hangs", "accepts"))])
    assert said == "cpu refuses or accepts, mps (M4, torch 3.0) hangs or accepts (measured with torch 2.11 and 3.0)"
    assert sentence([]) == sentence(rows("no-such-kind")) == ""


def test_the_tables_hold_the_catalogue() -> None:
    variants = {kind.name: {case.variant for case in cases() if case.kind is kind} for kind in KINDS}
    for table in tables():
        assert list(table["results"]) == list(variants)
        for kind, groups in table["results"].items():
            told = [variant for group in groups for variant in group.get("variants", variants[kind])]
            assert len(told) == len(set(told)), (table["device"], kind)
            assert set(told) == variants[kind], (table["device"], kind)


def recorded(case: Case, device: str) -> dict[str, str]:
    """The outcome of a case by the version of torch, as the tables have it."""
    found = {}
    for table in tables():
        if table["device"] == device:
            groups = table["results"][case.kind.name]
            found[table["torch"].partition("+")[0]] = next(group["outcome"] for group in groups if case.variant in group.get("variants", (case.variant,)))
    return found


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_the_torch_that_is_here_does_as_the_tables_say(device: str) -> None:
    """What its version did where the tables hold that, else what all versions do alike. Half precision goes by what the processor can."""
    pytest.importorskip("torch")
    compared = 0
    with workers_on(device) as workers:
        for case in cases():
            if case.variant.partition(" ")[2] not in ("float32", "float64"):
                continue
            known = recorded(case, device)
            version = workers.torch.partition("+")[0]
            outcomes = {known[version]} if version in known else set(known.values())
            if len(outcomes) == 1:
                outcome, detail = outcome_of(case, workers.ask(case.request(values=workers.computes)))
                wanted = Outcome(outcomes.pop())
                assert outcome is wanted or {outcome, wanted} == {*REFUSED}, f"{case.kind.name} {case.variant}: {outcome.value}: {detail}"
                compared += 1
    assert compared > 200


def test_the_page_holds_the_tables() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "device_table.py"))
    assert made["PAGE"].read_text(encoding="utf-8") == made["page"](), "python docs/device_table.py writes it anew"
