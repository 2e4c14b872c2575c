"""Ctrl-C, however it arrives."""

from __future__ import annotations

INTERRUPTED = 130
"""The exit code that shells give for it."""


def is_interrupt(error: BaseException) -> bool:
    """Whether an exception is an interrupt, or was raised for one: Python 3.11 makes a RuntimeError of what is raised while it makes a class."""
    return isinstance(error, KeyboardInterrupt) or (error.__cause__ is not None and is_interrupt(error.__cause__))
