"""`python -m convt_lint` is the command `convt-lint`."""

import sys

from convt_lint.cli import main

if __name__ == "__main__":
    sys.exit(main())
