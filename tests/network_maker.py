"""Draws whole networks as the text of a program: built in the ways in which people build them, run on an input of literal size.

`PROBE(n, x)` stands where a tensor's shape is looked at. About a third of the programs fail in torch, for a size that was drawn wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

IMPORTS = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nfrom collections import OrderedDict\nshrink = nn.ConvTranspose1d(1, 1, 1)\n"


@dataclass
class Maker:
    """Writes one program. `dims` is the number of spatial axes."""

    random: Random
    dims: int
    lines: list[str] = field(default_factory=list)
    probes: int = 0
    slips: bool = False

    def probe(self, name: str, indent: int = 0) -> None:
        self.lines.append(f"{' ' * indent}PROBE({self.probes}, {name})")
        self.probes += 1

    def slip(self, value: int, chance: float = 0.05) -> int:
        """The value, now and then another one: the bugs."""
        if self.slips and self.random.random() < chance:
            return max(value + self.random.choice([-1, 1, 2]), 1)
        return value

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def channels(self) -> int:
        return self.random.choice([2, 4, 6])

    # -- layers

    def down(self, a: int, b: int) -> str:
        k, p = self.random.choice([(3, 1), (4, 1), (2, 0), (5, 2)])
        return f"nn.Conv{self.dims}d({self.slip(a)}, {b}, {k}, stride=2, padding={p})"

    def up(self, a: int, b: int) -> str:
        k, p = self.random.choice([(4, 1), (2, 0), (3, 1)])
        extra = f", output_padding={self.slip(1)}" if k == 3 else ""
        return f"nn.ConvTranspose{self.dims}d({self.slip(a)}, {b}, {k}, stride=2, padding={p}{extra})"

    def same(self, a: int, b: int) -> str:
        d = self.dims
        if a == b and self.random.random() < 0.4:
            return self.pick(f"nn.BatchNorm{d}d({self.slip(a)})", f"nn.GroupNorm(2, {a})", "nn.ReLU()", "nn.LeakyReLU(0.2, inplace=True)", "nn.Dropout(0.1)")
        return self.pick(
            f"nn.Conv{d}d({self.slip(a)}, {b}, 3, padding=1)", f"nn.Conv{d}d({a}, {b}, kernel_size=1)", f"nn.Conv{d}d({a}, {b}, 3, padding='same')",
            f"nn.Conv{d}d({a}, {b}, 3, padding=2, dilation=2)",
        )  # fmt: skip

    def pool(self) -> str:
        d = self.dims
        return self.pick(f"nn.MaxPool{d}d(2)", f"nn.AvgPool{d}d(2, stride=2)", f"nn.MaxPool{d}d(3, stride=2, padding=1)", f"nn.MaxPool{d}d(2, ceil_mode=True)")

    def resample(self) -> str:
        modes = {1: "linear", 2: "bilinear", 3: "trilinear"}
        return self.pick("nn.Upsample(scale_factor=2)", f"nn.Upsample(scale_factor=2, mode='{modes[self.dims]}')")

    def shape(self, channels: int) -> str:
        lengths = [self.random.choice([8, 12, 16, 20, 24]) + self.random.choice([0, 0, 0, 1]) for _ in range(self.dims)]
        if self.dims == 3:
            lengths = [min(length, 12) for length in lengths]
        return ", ".join(map(str, [2, channels, *lengths]))

    def stack(self, layers: list[str], name: str) -> None:
        """A Sequential of these layers, in one of the ways in which it can be built."""
        way = self.random.randrange(5)
        if way == 0:
            self.lines.append(f"{name} = nn.Sequential(\n    " + ",\n    ".join(layers) + ",\n)")
        elif way == 1:
            self.lines.append("layers = []")
            self.lines += [f"layers.append({layer})" for layer in layers]
            self.lines.append(f"{name} = nn.Sequential(*layers)")
        elif way == 2:
            pairs = ", ".join(f"('l{i}', {layer})" for i, layer in enumerate(layers))
            self.lines.append(f"{name} = nn.Sequential(OrderedDict([{pairs}]))")
        elif way == 3:
            self.lines.append(f"{name} = nn.Sequential()")
            self.lines += [f"{name}.add_module('m{i}', {layer})" for i, layer in enumerate(layers)]
        else:
            self.lines.append(f"{name} = nn.Sequential({layers[0]})")
            self.lines += [f"{name}.append({layer})" for layer in layers[1:]]


def sequential(maker: Maker) -> None:
    channels = [maker.channels() for _ in range(maker.random.randint(3, 6))]
    layers = []
    for a, b in pairwise(channels):
        layers.append(maker.random.choice([maker.down, maker.up, maker.same, maker.same])(a, b))
        if maker.random.random() < 0.3:
            layers.append(maker.random.choice([maker.pool, maker.resample, lambda: "nn.Identity()"])())
    maker.stack(layers, "net")
    maker.lines.append(f"x = torch.randn({maker.shape(channels[0])})")
    if maker.random.random() < 0.5:
        maker.lines.append("y = net(x)")
    else:
        maker.lines.append("y = x\nfor layer in net:\n    y = layer(y)")
        maker.probe("y", 4)
    maker.probe("y")
    if maker.random.random() < 0.4:
        maker.lines.append(maker.pick("loss = F.mse_loss(y, x)", "z = y + x", "z = torch.cat([x, y], dim=1)", "z = torch.cat((x, y), 0)"))
    elif maker.random.random() < 0.4:
        maker.lines += ["z = y.flatten(1)", f"z = nn.Linear({maker.slip(64, 0.9)}, 3)(z)"]
        maker.probe("z")


def autoencoder(maker: Maker) -> None:
    d, widths = maker.dims, [maker.channels() for _ in range(maker.random.randint(1, 3))]
    start = maker.channels()
    maker.lines += [
        f"WIDTHS = {widths}",
        "class Encoder(nn.Module):",
        "    def __init__(self, channels, widths=WIDTHS):",
        "        super().__init__()",
        "        blocks = []",
        "        for width in widths:",
        f"            blocks += [nn.Conv{d}d(channels, width, {maker.pick('3', '4', '5')}, stride=2, padding=1), nn.ReLU()]",
        "            channels = width",
        "        self.blocks = nn.ModuleList(blocks)",
        "    def forward(self, x):",
        "        for block in self.blocks:",
        "            x = block(x)",
    ]
    maker.probe("x", 12)
    maker.lines += [
        "        return x",
        "class Decoder(nn.Module):",
        "    def __init__(self, channels, widths=WIDTHS):",
        "        super().__init__()",
        "        outs = [channels, *widths]",
        "        self.ups = nn.ModuleList([",
        f"            nn.ConvTranspose{d}d(outs[i + 1], outs[{maker.pick('i', 'i', 'i', 'i + 1')}], "
        f"{maker.pick('4, 2, 1', '2, stride=2', '3, stride=2, padding=1, output_padding=1')})",
        "            for i in reversed(range(len(widths)))",
        "        ])",
        "    def forward(self, z, size=None):",
        "        for i, up in enumerate(self.ups):",
        "            z = F.leaky_relu(up(z), 0.1)",
    ]
    maker.probe("z", 12)
    maker.lines += [
        "        return z",
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.encoder = Encoder({maker.slip(start)})",
        f"        self.decoder = Decoder(channels={start})",
        "    def forward(self, x):",
        "        z = self.encoder(x)",
        "        return self.decoder(z), z",
        "net = Net()",
        f"x = torch.rand({maker.shape(start)})",
        "y, z = net(x)",
    ]
    maker.probe("y")
    maker.lines.append(maker.pick("loss = nn.MSELoss()(y, x)", "assert y.shape == x.shape", "loss = F.binary_cross_entropy(torch.sigmoid(y), x)", "pass"))


def unet(maker: Maker) -> None:
    d, base, start = maker.dims, maker.channels(), maker.channels()
    fit = maker.pick(
        "", "", "x = F.interpolate(x, size=skip.shape[2:])", "x = x[" + ", ".join([":", ":", *(f":skip.shape[{i + 2}]" for i in range(d))]) + "]",
        "x = F.pad(x, [" + ", ".join(f"0, skip.size({i + 2}) - x.size({i + 2})" for i in reversed(range(d))) + "])",
    )  # fmt: skip
    merge = maker.pick("cat", "add")
    up = maker.pick(f"nn.ConvTranspose{d}d(base * 2, base, 4, 2, 1)", f"nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv{d}d(base * 2, base, 1))")
    factor = 2 if merge == "cat" else 1
    maker.lines += [
        f"def block(a, b):\n    return nn.Sequential(nn.Conv{d}d(a, b, 3, padding=1), nn.BatchNorm{d}d(b), nn.ReLU(inplace=True))",
        "class UNet(nn.Module):",
        f"    def __init__(self, n_in, base={base}):",
        "        super().__init__()",
        "        self.inc = block(n_in, base)",
        f"        self.down1, self.down2 = block(base, base * 2), block(base * {maker.slip(2)}, base * 4)",
        f"        self.pool = {maker.pool()}",
        f"        self.up1 = nn.ConvTranspose{d}d(base * 4, base * 2, 2, stride=2)",
        f"        self.dec1 = block(base * 2 * {maker.slip(factor)}, base * 2)",
        f"        self.up2 = {up}",
        f"        self.dec2 = block(base * {factor}, base)",
        f"        self.out = nn.Conv{d}d(base, 1, 1)",
        "    def merge(self, x, skip):",
        f"        {fit or 'pass'}",
        "        return torch.cat([x, skip], dim=1)" if merge == "cat" else "        return x + skip",
        "    def forward(self, x):",
        "        s1 = self.inc(x)",
        "        s2 = self.down1(self.pool(s1))",
        "        x = self.down2(self.pool(s2))",
    ]
    maker.probe("x", 8)
    maker.lines += ["        x = self.dec1(self.merge(self.up1(x), s2))"]
    maker.probe("x", 8)
    maker.lines += [
        "        x = self.dec2(self.merge(self.up2(x), s1))",
        "        return self.out(x)",
        f"net = UNet({start}).eval()",
        f"y = net(torch.zeros({maker.shape(start)}))",
    ]
    maker.probe("y")


def vocoder(maker: Maker) -> None:
    rates = [maker.random.choice([2, 3, 4, 5]) for _ in range(maker.random.randint(1, 3))]
    kernels = [2 * rate + maker.random.choice([0, 0, 1]) for rate in rates]
    maker.lines += [
        f"h = {{'rates': {rates}, 'kernels': {kernels}, 'initial': {2 ** len(rates) * 2}, 'mels': {maker.channels()}}}",
        "class Res(nn.Module):",
        "    def __init__(self, channels, dilations=(1, 3)):",
        "        super().__init__()",
        f"        self.convs = nn.ModuleList([nn.Conv1d(channels, channels, 3, dilation=d, padding={maker.pick('d', 'd', 'd', '1')}) for d in dilations])",
        "    def forward(self, x):",
        "        for conv in self.convs:",
        "            x = x + conv(F.leaky_relu(x))",
        "        return x",
        "class Generator(nn.Module):",
        "    def __init__(self, h):",
        "        super().__init__()",
        "        self.pre = nn.Conv1d(h['mels'], h['initial'], 7, padding=3)",
        "        self.ups, self.res = nn.ModuleList(), nn.ModuleList()",
        "        for i, (u, k) in enumerate(zip(h['rates'], h['kernels'])):",
        "            self.ups.append(torch.nn.utils.parametrizations.weight_norm(",
        "                nn.ConvTranspose1d(h['initial'] // 2 ** i, h['initial'] // 2 ** (i + 1), k, u, padding=(k - u) // 2)))",
        "            self.res.append(Res(h['initial'] // 2 ** (i + 1)))",
        "        self.post = nn.Conv1d(h['initial'] // 2 ** len(h['rates']), 1, 7, padding=3)",
        "    def forward(self, x):",
        "        x = self.pre(x)",
        "        for up, res in zip(self.ups, self.res):",
        "            x = res(up(x))",
    ]
    maker.probe("x", 12)
    frames = maker.random.randint(3, 9)
    hop = 1
    for rate in rates:
        hop *= rate
    maker.lines += [
        "        return torch.tanh(self.post(x))",
        f"wav = Generator(h)(torch.randn(1, {maker.slip(0, 0) + 0 or 'h[' + repr('mels') + ']'}, {frames}))",
    ]
    maker.probe("wav")
    maker.lines.append(maker.pick(f"assert wav.shape[-1] == {frames * hop}", f"loss = F.l1_loss(wav, torch.zeros(1, 1, {frames * hop}))", "pass"))


def gan(maker: Maker) -> None:
    maker.dims = 2
    size, width, latent = maker.random.choice([2, 3, 4]), maker.channels(), maker.random.choice([5, 10])
    side = size * 4
    maker.lines += [
        f"LATENT, WIDTH, SIZE = {latent}, {width}, {size}",
        "class G(nn.Module):",
        "    def __init__(self):",
        "        super(G, self).__init__()",
        f"        self.fc = nn.Linear({maker.pick('LATENT', 'LATENT', 'LATENT', 'LATENT + 1')}, WIDTH * 2 * SIZE ** 2)",
        "        self.main = nn.Sequential(",
        "            nn.BatchNorm2d(WIDTH * 2), nn.ConvTranspose2d(WIDTH * 2, WIDTH, 4, 2, 1, bias=False), nn.ReLU(True),",
        f"            nn.ConvTranspose2d(WIDTH, 3, {maker.pick('4, 2, 1', '4, 2, 1', '5, 2, 2')}), nn.Tanh(),",
        "        )",
        "    def forward(self, z):",
        f"        x = self.fc(z).view({maker.pick('-1', 'z.size(0)', 'len(z)')}, WIDTH * {maker.slip(2)}, SIZE, SIZE)",
    ]
    maker.probe("x", 8)
    maker.lines += [
        "        return self.main(x)",
        "class D(nn.Module):",
        "    def __init__(self, side):",
        "        super().__init__()",
        "        self.conv = nn.Sequential(nn.Conv2d(3, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(4, 8, 3, 2, 1), nn.Flatten())",
        "        self.head = nn.Sequential(nn.Linear(8 * (side // 4) ** 2, 1), nn.Sigmoid())",
        "    def forward(self, x):",
        "        return self.head(self.conv(x))",
        "g, d = G().eval(), D(SIZE * 4)",
        "fake = g(torch.randn(4, LATENT))",
    ]
    maker.probe("fake")
    maker.lines += ["score = d(fake)"]
    maker.probe("score")
    maker.lines += [
        maker.pick("loss = nn.BCELoss()(score, torch.ones(4, 1))", "loss = nn.BCELoss()(score, torch.ones(4))", f"assert fake.shape == (4, 3, {side}, {side})")
    ]


def straight(maker: Maker) -> None:
    """Functional code on one tensor."""
    maker.dims = 1
    a, b, length = maker.channels(), maker.channels(), maker.random.randint(8, 20)
    maker.lines += [f"x = torch.randn(2, {a}, {length})", f"w = torch.randn({a}, {b}, 4)"]
    steps = [
        "x = F.conv_transpose1d(x, torch.randn(x.size(1), 4, 4), stride=2, padding=1)", "x = F.conv1d(x, torch.randn(6, x.shape[1], 3))",
        "x = x.permute(0, 2, 1)", "x = x.transpose(1, 2).contiguous()", "x = F.pad(x, (1, 2))", "x = F.max_pool1d(x, 2)", "x = x[..., ::2]",
        "x = x[:, :, 1:]", "x = x.reshape(2, -1, 2)", "x = x.view(2, 3, -1)", "x = x.unsqueeze(1).squeeze(1)", "x = torch.cat([x, x], dim=-1)",
        "x = torch.cat((x, torch.zeros(2, x.size(1), 3)), 2)", "x = x + torch.ones(x.shape[-1])", "x = x * torch.ones(2, 1, 1)", "a, x = x.chunk(2, dim=1)",
        "x = x.mean(dim=1, keepdim=True)", "x = x @ torch.ones(x.shape[-1], 5)", "x = torch.stack([x, x]).sum(0)", "x = F.interpolate(x, scale_factor=2)",
        "x, _ = nn.GRU(x.shape[-1], 4, batch_first=True)(x)", "x = nn.Linear(x.shape[-1], 6)(x)", "x = x.flip(-1).roll(1, -1)", "x = x.repeat(1, 2, 1)",
        "x = torch.einsum('bct,bdt->bcd', x, x)", "x = nn.LayerNorm(x.shape[-1])(x)", "x = x.split([1, x.size(1) - 1], dim=1)[1]", "x = x.new_zeros(x.shape)",
        "x = F.layer_norm(x, (7,))", "x = x + torch.zeros(2, 4, 8)", "x = nn.Conv1d(4, 4, 3)(x)", "x = x.view(2, 4, 5)", "x = x.max(dim=-1)[0].unsqueeze(-1)",
        "x = nn.MultiheadAttention(x.shape[-1], 1, batch_first=True)(x, x, x)[0]", "x = x.narrow(-1, 1, 4)", "x = nn.ConvTranspose1d(x.size(1), 3, 3)(x)",
    ]  # fmt: skip
    for _ in range(maker.random.randint(3, 8)):
        maker.lines.append(maker.random.choice(steps))
        maker.probe("x")


KINDS = (sequential, sequential, autoencoder, unet, unet, vocoder, gan, straight, straight)


def draw(random: Random) -> str:
    """The text of a program."""
    maker = Maker(random, random.choice([1, 1, 2, 2, 3]), slips=random.random() < 0.6)
    random.choice(KINDS)(maker)
    return IMPORTS + "\n".join(maker.lines) + "\n"
