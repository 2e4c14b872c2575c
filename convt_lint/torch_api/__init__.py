"""What torch's layers and functions do to shapes, as tables. Adding a layer is adding a row."""

from convt_lint.torch_api.transposed import LAYERS, Kind, LayerSpec, Parameter

__all__ = ["LAYERS", "Kind", "LayerSpec", "Parameter"]
