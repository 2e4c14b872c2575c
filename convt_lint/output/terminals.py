"""Which terminals can show hyperlinks (OSC 8). There is no way to ask one; those that can are known by what they set in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

_PROGRAMS = frozenset({"ghostty", "hyper", "iterm.app", "rio", "tabby", "terminology", "vscode", "warpterminal", "wezterm", "zed"})
_TERMINALS = ("alacritty", "contour", "foot", "xterm-ghostty", "xterm-kitty")
_LEAST_VTE = 5000
"""The first version of VTE (0.50) in which a link does no harm."""


def shows_links(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether links may be written to the stream: FORCE_HYPERLINK says so, or that they may not (0), or it is a terminal known to show them."""
    wish = environment.get("FORCE_HYPERLINK")
    if wish:
        return wish != "0"
    name = environment.get("TERM", "")
    if not stream.isatty() or name in ("dumb", "linux") or "CI" in environment:
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        (vte.isdecimal() and int(vte[:9]) >= _LEAST_VTE)
        or environment.get("TERM_PROGRAM", "").lower() in _PROGRAMS
        or name.startswith(_TERMINALS)
        or any(variable in environment for variable in ("DOMTERM", "KONSOLE_VERSION", "WT_SESSION"))
    )
