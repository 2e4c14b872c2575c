"""What is done to the lengths that a layer makes or takes: which of it may be counted in where somebody notes the layer's size.

What has weights of its own is a layer of its own, and has its own size; what only arranges, joins, measures or activates leaves lengths what they are. The rest
(a crop, a pad, a pool, a filter, whatever is not known) may belong to the layer. Torch's operations are told by their names, which are few and fixed;
so is what is not followed, by the whole words of its name.
"""

from __future__ import annotations

import re

from convt_lint.expectations.pages import NEUTRAL
from convt_lint.facts import ARGUMENT, LengthTouched

_WEIGHTED = (
    r"(?:Lazy)?Conv(?:Transpose)?[123]d|conv_transpose[123]d|(?:Lazy)?(?:Bil|L)inear|(?:LSTM|GRU|RNN)(?:Cell)?|MultiheadAttention|Transformer\w*|Embedding\w*|\w*Loss\w*|"
    r"\w*_loss|\w*cross_entropy\w*|kl_div|pairwise_distance|cosine_similarity|CosineSimilarity|PairwiseDistance"
)
_MEASURED = (
    r"mean|sum|max|min|amax|amin|aminmax|std|var|std_mean|var_mean|median|norm|vector_norm|any|all|argmax|argmin|prod|numel|nelement|logsumexp|count_nonzero"
)
_ARRANGED = r"(?:view|reshape)(?:_as)?|(?:un)?[Ff]latten|Unflatten|ravel|permute|transpose|t|T|mT|swapaxes|swapdims|movedim|moveaxis|(?:un)?squeeze|size|dim"
_JOINED = (
    r"[-+*/%&|^]=?|//=?|\*\*=?|[<>]=?|[=!]=|(?:add|sub|mul|div|pow|remainder|fmod|lerp|true_divide|floor_divide)_?|subtract|multiply|divide|where|maximum|minimum|"
    r"fmax|fmin|eq|ne|lt|le|gt|ge|addcmul|addcdiv|isclose|masked_fill_?"
)
_PLAIN = re.compile("|".join((_WEIGHTED, _MEASURED, _ARRANGED, _JOINED)))
_COMES = re.compile(
    r"\w*[Pp]ool\w*|randn?|randint|rand_like|randn_like|normal|ones|zeros|empty|full|tensor|as_tensor|from_numpy|\w*Tensor|Variable|Parameter|size|new_\w+"
)
"""What else makes an input's lengths, and is none of the layer's."""


def is_plain(touched: LengthTouched) -> bool:
    """Whether what an operation does to lengths cannot be meant by a size beside the layer that makes, or takes, them."""
    if touched.keeps:
        return True
    if touched.keeps is False:
        return _PLAIN.fullmatch(touched.operation) is not None
    if touched.before and (_PLAIN.fullmatch(touched.operation) or _COMES.fullmatch(touched.operation)):
        return True
    return is_known(touched.operation)


# -- what is not followed ------------------------------------------------------------------------------------------------------------

_HARMLESS = re.compile(
    r"drop|contiguous|detach|to|cuda|cpu|float|double|half|bfloat16|size|dim|len|int|clone|isinstance|range|str|repr|print|item|type|backward|is_\w+|init\w*|"
    r"(?:save|log|show|plot|write|dump|display|imshow|add_(?:image|audio|video|histogram))\w*"
)
_LAYERS = re.compile(
    r"bn|norm|batchnorm|layernorm|act|activation|nonlin|nonlinearity|relu|lrelu|prelu|leakyrelu|gelu|silu|elu|tanh|sigmoid|softmax|dropout|droppath|"
    r"conv|convs|cnn|res|resblock|resblocks|residual|resnet|block|blocks|attn|attention|transformer|fc|lin|linear|proj|projection|mlp|enc|encoder|"
    r"encode|dec|decoder|decode|generator|discriminator|disc|critic|net|network|backbone|unet|model|head|out|output|final|last|main|body|mid|"
    r"bottleneck|middle|film|mrf|snake|lstm|gru|rnn|deconv|deconvs|tconv|convt|up|ups|layer|layers|embedding|embed|quantizer|vq|loss|criterion|"
    r"vgg|lpips|identity|prenet|postnet"
)
"""Words of which one is in the name of a layer of its own."""
_BESIDE = re.compile(
    r"d|x|i|k|n|post|pre|in|out|to|rgb|mel|gan|double|basic|dilated|depthwise|separable|causal|gated|global|local|cross|spatial|channel|layer|"
    r"batch|group|instance|weight|spectral|plain|simple|small|dense|stage|level|scale|multi|period|first|last|final|skip|fn|func|mse|l|deep|self|"
    r"shared|main|up|down|bottom|top"
)
"""Words that may stand beside them."""
_ACTIVATIONS = re.compile(r"act|activation|norm|bn|relu|nonlin|nonlinearity|drop|dropout|loss|criterion|fn|func")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def is_known(name: str) -> bool:
    """Whether what is called by a name, and not followed, keeps sizes or is a layer of its own."""
    words = [word.lower() for word in _WORD.findall(name.removeprefix(ARGUMENT))]
    if name.startswith(ARGUMENT):
        return bool(words) and all(map(_ACTIVATIONS.fullmatch, words))
    if name in ("Sequential", "ModuleList", "ModuleDict", "append"):
        return False  # what these hold, or what becomes of it, is not known where they are not followed
    if _HARMLESS.fullmatch(name) or NEUTRAL.fullmatch(name):
        return True
    return any(map(_LAYERS.fullmatch, words)) and all(_LAYERS.fullmatch(word) or _BESIDE.fullmatch(word) for word in words)
