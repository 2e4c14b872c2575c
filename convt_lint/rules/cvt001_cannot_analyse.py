from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import AnalysisStopped, Facts
from convt_lint.rules.base import Report, Rule, unique


class CannotAnalyse(Rule):
    """The file, or a part of it, could not be read or parsed.

    ## What it does
    Reports a file, or a cell of a notebook, that the checker had to leave unchecked, with the place and the reason: a syntax error, an encoding that
    does not fit, nesting too deep to parse safely.

    ## Why is this bad
    A file that was not looked at must not pass for one without faults.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2)
    ```

    ## References
    - [Python: encoding declarations](https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations)
    """

    code = "CVT001"
    name = "cannot-analyse"

    def check(self, facts: Facts) -> Iterator[Report]:
        for fact in facts.of(AnalysisStopped):
            yield Report(fact, f"cannot analyse: {fact.reason}", suggestions=unique([fact.advice]), evidence={"reason": fact.reason})
