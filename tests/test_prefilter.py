"""What is told from a file's bytes alone: nothing that holds a layer may be passed over."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from convt_lint.linting import check_bytes
from convt_lint.prefilter import may_hold

MENTIONS = [
    "if isinstance(m, nn.ConvTranspose1d):\n    pass\n",
    "if isinstance(m, (nn.Conv1d, nn.ConvTranspose1d, nn.Linear)):\n    pass\n",
    "if isinstance(\n    m,\n    (\n        nn.Conv1d,\n        nn.ConvTranspose1d,\n    ),\n):\n    pass\n",
    "x = issubclass(kind, nn.ConvTranspose2d)\n",
    "# nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)\n",
    "from torch.nn import Conv1d, ConvTranspose1d\n",
    "from torch.nn import ConvTranspose1d, Conv1d\n",
    "import torch\n",
    "self.conv_transpose1 = nn.Conv2d(1, 1, 3)\n",
    "keys = ['fpn.conv_transpose2.weight']\n",
    "from mine import ConvTransposed, ConvTranspose2dNormAct\nup = ConvTranspose2dNormAct(1, 1, 3)\n",
]

HOLDS = [
    "up = nn.ConvTranspose1d(1, 1, 3)\n",
    "up = nn.ConvTranspose1d (1, 1, 3)\n",
    "layer = nn.ConvTranspose1d if up else nn.Conv1d\n",
    "layers = {'up': nn.ConvTranspose1d}\n",
    "layers = (nn.Conv1d, nn.ConvTranspose1d)\n",
    "make(nn.ConvTranspose1d, 1)\n",
    "make((nn.Conv1d, nn.ConvTranspose1d))\n",
    "from torch.nn import ConvTranspose1d as Up\n",
    "from torch.nn import (\n    ConvTranspose1d,\n)\nup = ConvTranspose1d(1, 1, 3)\n",
    "kind = getattr(nn, 'ConvTranspose1d')\n",
    "kind = getattr(nn, f'ConvTranspose{n}d')\n",
    "kind = getattr(nn, 'ConvTranspose%dd' % n)\n",
    "kind = getattr(nn, 'ConvTranspose' + suffix)\n",
    "call = getattr(F, 'conv_transpose{}d'.format(n))\n",
    "table = {'conv_transpose1d': 1}\n",
    "up = nn.LazyConvTranspose3d(1, 3)\n",
    "kind = getattr(nn, 'ConvTransposeNd'.replace('N', '1'))\n",
    "kind = getattr(nn, 'LazyConvTranspose_d'.replace('_', '1'))\n",
    "kind, name = 'ConvTranspose1d_block'.split('_')\n",
    "class Up(nn.ConvTranspose1d):\n    pass\n",
    "y = F.conv_transpose1d(x, w)\n",
    "y = torch.nn.functional.conv_transpose2d(x, w)\n",
    "x = 1  # convt: 10 -> 20\n",
    "x = 1  # convt : 10 -> 20\n",
    "f(isinstance(m, nn.Conv1d), nn.ConvTranspose1d)\n",
    "isinstance(make(nn.ConvTranspose1d), nn.Module)\n",
]


@pytest.mark.parametrize("text", MENTIONS)
def test_a_mention_needs_no_parse(text: str) -> None:
    assert not may_hold(text.encode())


@pytest.mark.parametrize("text", HOLDS)
def test_what_may_build_a_layer_is_parsed(text: str) -> None:
    assert may_hold(text.encode())
    assert may_hold("".join((*MENTIONS, text, *MENTIONS)).encode())


@pytest.mark.parametrize("before", MENTIONS)
def test_a_mention_hides_no_finding(before: str) -> None:
    source = f"import torch.nn as nn\nm = nn\nkind = up = nn\n{before}up = nn.ConvTranspose1d(1, 1, 3, 2, 1, 5)\n"
    assert "CVT102" in {finding.code for finding in check_bytes(source.encode(), PurePath("x.py")).findings}
