"""The command's beginning: `convt-lint` and `python -m convt_lint` come through here, and this much is quick to load."""

import sys

from convt_lint.interrupts import INTERRUPTED, is_interrupt


def main() -> int:
    """Runs the command. An interrupt while it is still being loaded ends it as quietly as a later one."""
    try:
        from convt_lint.cli import main as run

        return run()
    except (KeyboardInterrupt, RuntimeError) as error:
        if not is_interrupt(error):
            raise
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
