from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import AnnotationMisread, Facts
from convt_lint.rules.base import Report, Rule


class BadAnnotation(Rule):
    """A `# convt:` directive is not understood, or speaks of no layer.

    ## What it does
    Reports a `# convt:` comment that does not state sizes in a form that the checker reads, and one that stands beside no transposed
    convolution, nor a call that runs one, as far as can be followed.

    ## Why is this bad
    Who writes a directive expects it to be checked; one that is skipped in silence checks nothing.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1)  # convt: doubles the length
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1)  # convt: 10 -> 20
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT002"
    name = "bad-annotation"

    def check(self, facts: Facts) -> Iterator[Report]:
        for fact in facts.of(AnnotationMisread):
            problem = f"is not checked: {fact.reason}" if fact.understood else f"is not understood: {fact.reason}; expected {fact.expected or _FORMS}"
            yield Report(fact, f"the directive {fact.text!r} {problem}", evidence={"text": fact.text, "reason": fact.reason})


_FORMS = '"10 -> 80", "-> 80", "(B, C, L) -> (B, C, 8*L)", "exact" or "L in 1..8192"'
