"""The pages of the rules, made from the rules' own documentation when the documentation is built. None of them is written by hand, or kept in git."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from convt_lint.linting import check_bytes
from convt_lint.output.rule_texts import markdown
from convt_lint.rules import RULES, Rule
from convt_lint.selection import DEFAULT_IGNORE, DEFAULT_SELECT, Selection

DEFAULT = Selection(DEFAULT_SELECT, DEFAULT_IGNORE)
EXAMPLE = re.compile(r"^## Example\n```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def write(folder: Path) -> None:
    """Writes one page a rule, named after the rule, and their index. What has not changed is left alone, and so not built again."""
    pages = {"index": index(), **{rule.name: page(rule) for rule in RULES.values()}}
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.md"):
        if path.stem not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def page(rule: Rule) -> str:
    """A rule's page, in Markdown: its documentation, and what the command says of the example there."""
    summary, _, rest = markdown(rule).partition("\n")
    said = "\n".join(messages(rule, rest))
    rest = EXAMPLE.sub(lambda found: f"{found[0]}\nThe command says:\n\n```text\n{said}\n```\n", rest, count=1)
    return f"# {rule.name} ({rule.code})\n\n{summary}\n\n{_defaults(rule)}\n{rest}\n"


def index() -> str:
    """The list of all rules, in Markdown."""
    rows = [
        f"| {rule.code} | [{rule.name}]({rule.name}.md) | {markdown(rule).partition(chr(10))[0]} | {'on' if rule.code in DEFAULT else 'off'} |"
        for rule in RULES.values()
    ]
    table = ["| code | name | says | by default |", "|---|---|---|---|", *rows]
    hidden = ["```{toctree}", ":hidden:", "", *(f"{rule.code} {rule.name} <{rule.name}>" for rule in RULES.values()), "```"]
    words = (
        "`convt-lint explain CODE` shows these pages in the terminal, and `convt-lint rules` this list.\n"
        "`--select`, `--ignore` and `--extend-select` choose rules by their codes, or by the beginning of these: `--extend-select CVT3`."
    )
    return "\n".join(["# Rules", "", words, "", *table, "", *hidden, ""])


def messages(rule: Rule, documentation: str) -> Iterator[str]:
    """What the command prints of the documentation's example, with `--output-format concise`."""
    found = EXAMPLE.search(documentation)
    source = found[1].encode() if found else b""
    ignored = tuple(code for code in DEFAULT_IGNORE if code != rule.code)
    for finding in check_bytes(source, PurePath("example.py"), Selection((*DEFAULT_SELECT, rule.code), ignored)).findings:
        yield f"example.py:{finding.row}:{finding.column}: {finding.code} {finding.message}"


def _defaults(rule: Rule) -> str:
    on = "On by default" if rule.code in DEFAULT else f"Off by default: `--extend-select {rule.code}` switches it on"
    return f"*{on}. A finding is {'an error' if rule.severity == 'error' else 'a warning'}.*"
