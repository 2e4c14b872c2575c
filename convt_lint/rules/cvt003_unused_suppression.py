from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, SuppressionUnused
from convt_lint.rules.base import Report, Rule, unique


class UnusedSuppression(Rule):
    """A suppression suppresses nothing.

    ## What it does
    Reports the codes of this linter in a `# noqa: CVT102`, and a `# convt: ignore[CVT102]`, for which nothing is found where it stands. It speaks of
    codes that are selected alone, and not where a layer on the line could not be decided, nor in a file that cannot be analysed. Off by default.

    ## Why is this bad
    What is left behind by an old fault hides the next one.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1)  # noqa: CVT102
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1)
    ```

    ## References
    - [flake8: ignoring errors](https://flake8.pycqa.org/en/latest/user/violations.html)
    """

    code = "CVT003"
    name = "unused-suppression"
    severity = "warning"

    def check(self, facts: Facts) -> Iterator[Report]:
        for fact in facts.of(SuppressionUnused):
            codes = ", ".join(fact.codes)
            said = f"the suppression {fact.text!r} suppresses nothing" if fact.whole else f"{codes} in the suppression {fact.text!r} suppresses nothing"
            advice = "remove the comment" if fact.whole else f"remove {codes} from it"
            yield Report(fact, said, suggestions=unique([advice]), evidence={"codes": list(fact.codes)})
