"""How Sphinx builds this documentation: `sphinx-build -W -b dirhtml docs build/docs`.

Sphinx, for it turns links that lead nowhere into errors; its dirhtml builder gives the rules' pages the addresses that `convt_lint.urls` tells.
"""

import sys
from pathlib import Path

from sphinx.application import Sphinx

import convt_lint

sys.path.insert(0, str(Path(__file__).parent))
import rule_pages

project = "convt-lint"
author = "The convt_lint authors"
project_copyright = "The convt_lint authors, MIT licence"
release = version = convt_lint.__version__

extensions = ["myst_parser"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"convt-lint {release}"
html_show_sphinx = False
html_copy_source = False
html_use_index = False


def setup(app: Sphinx) -> None:
    """The rules' pages are written before the files of the documentation are looked for."""
    app.connect("builder-inited", lambda app: rule_pages.write(Path(app.srcdir) / "rules"))
