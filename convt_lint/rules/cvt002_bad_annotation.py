from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import AnnotationMisread, Facts
from convt_lint.rules.base import Report, Rule


class BadAnnotation(Rule):
    """A `# convt:` directive is not understood.

    ## What it does
    Reports a `# convt:` comment that does not state sizes in a form that the checker reads.

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
            message = f"the directive {fact.text!r} is not understood: {fact.reason}"
            suggestions = ("# convt: 10 -> 80 (input and output length)", "# convt: -> 80 (output length alone)")
            yield Report(fact, message, suggestions=suggestions, evidence={"text": fact.text, "reason": fact.reason})
