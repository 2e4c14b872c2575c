"""The project's addresses, from the metadata of the installed package: what `[project.urls]` in pyproject.toml says, and nothing while it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

DISTRIBUTION = "convt-lint"


@cache
def project_urls() -> Mapping[str, str]:
    """The addresses by their labels in small letters ("documentation", "homepage"); empty in a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        entries = metadata(DISTRIBUTION).get_all("Project-URL") or []
    except PackageNotFoundError:
        return {}
    parts = [entry.partition(",") for entry in entries]
    return {label.strip().lower(): url.strip() for label, _, url in parts if url.strip()}


def rule_url(name: str) -> str | None:
    """The page of the rule with this name: `rules/NAME` under the documentation. None while that has no address."""
    base = project_urls().get("documentation")
    return f"{base.rstrip('/')}/rules/{name}" if base else None


def information_url() -> str | None:
    """Where the project is introduced; None while it is nowhere."""
    urls = project_urls()
    return next((urls[label] for label in ("homepage", "documentation", "repository") if label in urls), None)
