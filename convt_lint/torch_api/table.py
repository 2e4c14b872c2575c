"""The table as a whole: which row a dotted name, or a tensor's method, stands for."""

from __future__ import annotations

from functools import cache

from convt_lint.torch_api.shapes import Row

FAMILIES = (
    "activation",
    "attention",
    "broadcasting",
    "combining",
    "convolution",
    "creation",
    "einops",
    "indexing",
    "layout",
    "linear",
    "losses",
    "normalisation",
    "padding",
    "parts",
    "pointwise",
    "pooling",
    "products",
    "recurrent",
    "reduction",
    "repetition",
    "resampling",
    "spectral",
)


_OF_EINOPS = ("Rearrange", "Reduce")


@cache
def _tables() -> tuple[dict[str, Row], dict[str, Row], dict[str, Row]]:
    from importlib import import_module

    modules: dict[str, Row] = {}
    functions: dict[str, Row] = {}
    methods: dict[str, Row] = {}
    for family in FAMILIES:
        rows = import_module(f"convt_lint.torch_api.rows.{family}")
        modules |= rows.MODULES
        functions |= rows.FUNCTIONS
        methods |= rows.METHODS
    return modules, functions, methods


def module_name(name: str) -> str | None:
    """The short name of the module that a dotted name stands for: "Conv1d" for torch.nn.Conv1d and torch.nn.modules.conv.Conv1d."""
    home, _, short = name.rpartition(".")
    if home == "einops.layers.torch" or short in _OF_EINOPS:
        return short if home == "einops.layers.torch" and short in _OF_EINOPS else None
    if home != "torch.nn" and not home.startswith("torch.nn.modules"):
        return None
    return short if short in _tables()[0] else None


def module_row(short: str) -> Row:
    """The row of a torch module by its short name."""
    return _tables()[0][short]


def function_row(name: str) -> Row | None:
    """The row of a function by its dotted name: torch.nn.functional.conv1d."""
    return _tables()[1].get(name)


def method_row(name: str) -> Row | None:
    """The row of a tensor's method by its name; its first parameter is the tensor."""
    return _tables()[2].get(name)
