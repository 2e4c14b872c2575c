"""The worker's program: runs layers as it is told, a line of JSON in, a line of JSON out.

It is started by its path and imports nothing of this package, so that what is importable here is torch and the standard
library. First line in: {"device", "forget", "computes"}, answered by {"ready", "about"} or {"refused", "detail"}. Each further one
is an experiment, answered by {"built", "runs", "spoilt", "dead"}: `built` is the constructor's error or null, `runs` holds {"shape"} or
{"error"} each; `spoilt` says that an error may have outlived its call, `dead` that it did. An experiment may have a `dtype`; a `fill`,
the number that all of input, weight and bias then hold, and for which each of `runs` has the output's "values" too; and `native`, to do
without cuDNN and oneDNN.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import signal
import site
import sys
import sysconfig
import threading
from collections.abc import Callable
from typing import IO, Any

_HEADROOM = 2 * 2**30
_LONGEST_WORDS = 400
_OF_THE_DEVICE = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "failed to allocate",
    "not implemented for",
    "not currently implemented",
    "not supported on mps",
    "not supported on this device",
    "no kernel image is available",
    "could not create a primitive",
    "cudnn_status_not_supported",
    "cudnn_status_not_initialized",
    "cudnn_status_alloc_failed",
    "cudnn_status_internal_error",
    "cudnn_status_execution_failed",
    "miopenstatusunknownerror",
)
_SPOILING = ("cuda error", "hip error", "mps error", "xpu error", "cublas_status")


def main() -> None:
    """Serves until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; ending the worker is the parent's part
    requests, answers = _private_pipes()
    lines = _lines(requests)

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    greeting = json.loads(lines.get())
    _forget(greeting["forget"])
    try:
        torch = importlib.import_module("torch")
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == "torch"
        return answer({"refused": "no torch" if missing else "torch", "detail": _words(error)})
    if not hasattr(torch, "nn"):  # a stray directory of that name can be imported, too
        return answer({"refused": "no torch"})
    torch.set_num_threads(1)
    try:
        device = _device(torch, greeting["device"], greeting["computes"])
    except Exception as error:
        return answer({"refused": "device", "detail": _words(error)})
    if device.type == "cpu":
        _limit_memory()
    answer({"ready": torch.__version__, "about": _about(torch, device)})
    while True:
        answer(_experiment(torch, device, _tuples(json.loads(lines.get()))))


def _private_pipes() -> tuple[IO[str], IO[str]]:
    """The protocol's two ends, moved away from stdin and stdout: what torch prints must not get between the answers."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return requests, answers


def _lines(requests: IO[str]) -> queue.SimpleQueue[str]:
    """Lines as they come. The process ends with its input, even amid a run that hangs: a parent that was killed leaves nothing behind."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in requests:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _forget(directory: str) -> None:
    """Takes the user's directory out of the import path, whatever put it there, unless the installation itself lies in it."""
    own = {os.path.realpath(path) for path in (*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages())}
    if directory not in own:
        sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != directory]


def _device(torch: Any, name: str, computes: bool) -> Any:
    """The device, after a small sum that a device which is absent, or which computes nothing where it should, cannot do.

    "fake" and "fake:DEVICE" name fake tensors, which this process then makes throughout; they compute nothing.
    """
    kind, _, index = name.partition(":")
    if kind == "fake" and not computes:
        importlib.import_module("torch._subclasses.fake_tensor").FakeTensorMode().__enter__()
        name = index or "cpu"
    device = torch.device(name)
    if computes:
        _compute(torch, device)
    return device


def _compute(torch: Any, device: Any) -> None:
    """A small sum. Raises what torch raises, and where the sum is wrong."""
    if (torch.ones(2, device=device) * 3).sum().item() != 6:
        raise RuntimeError("it computes 3 + 3 wrongly")


def _about(torch: Any, device: Any) -> dict[str, Any]:
    """What torch knows of the device and of its own libraries for it: what a report of a difference must tell."""
    questions: dict[str, Callable[[], Any]] = {
        "name": lambda: getattr(torch, device.type).get_device_name(device),
        "cuda": lambda: torch.version.cuda,
        "hip": lambda: torch.version.hip,
        "cudnn": lambda: torch.backends.cudnn.version() if device.type == "cuda" else None,
        "cpu_capability": lambda: torch.backends.cpu.get_cpu_capability() if device.type == "cpu" else None,
        "accelerators": lambda: [name for name in ("cuda", "mps", "xpu") if hasattr(torch, name) and getattr(torch, name).is_available()],
    }
    told = {}
    for name, question in questions.items():
        try:
            told[name] = question()
        except Exception:
            continue  # an older torch, or another build of it, knows nothing of that
    return {name: value for name, value in told.items() if value is not None}


def _limit_memory() -> None:
    """Caps the address space at what torch has taken plus some headroom: one run cannot fill the machine. Linux only."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as statm:
            cap = int(statm.read().split()[0]) * resource.getpagesize() + _HEADROOM
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard == resource.RLIM_INFINITY or cap < hard:
            resource.setrlimit(resource.RLIMIT_AS, (cap, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ImportError, OSError, ValueError):
        return  # sizes are also estimated beforehand


# --- one experiment


def _experiment(torch: Any, device: Any, request: dict[str, Any]) -> dict[str, Any]:
    failures: list[BaseException] = []
    with torch.no_grad(), contextlib.ExitStack() as stack:
        if request.get("native"):
            stack.enter_context(torch.backends.cudnn.flags(enabled=False))
            stack.enter_context(torch.backends.mkldnn.flags(enabled=False))
        try:
            layer = _layer(torch, device, request)
            built = None
        except Exception as error:
            failures.append(error)
            built = _error(error)
        runs = [] if built else [_forward(torch, device, layer, shape, request, failures) for shape in request["inputs"]]
    spoilt = any(_spoils(error) for error in failures)
    return {"built": built, "runs": runs, "spoilt": spoilt, "dead": spoilt and _is_dead(torch, device)}


def _is_dead(torch: Any, device: Any) -> bool:
    """Whether this process can use the device no more."""
    try:
        _compute(torch, device)
    except Exception:
        return True
    return False


def _layer(torch: Any, device: Any, request: dict[str, Any]) -> Callable[..., Any]:
    """What is run on the input: a module, or a function with its weight."""
    arguments, dtype = request["arguments"], _dtype(torch, request)
    if request["weight"] is None:
        layer = getattr(torch.nn, request["callee"])(**arguments, device=device, dtype=dtype)
        if "fill" in request:
            for parameter in layer.parameters():
                parameter.fill_(request["fill"])
        built: Callable[..., Any] = layer
        return built
    weight = torch.full(request["weight"], request.get("fill", 0), device=device, dtype=dtype)
    function = getattr(torch.nn.functional, request["callee"])
    return lambda given, **more: function(given, weight, **arguments, **more)


def _forward(
    torch: Any, device: Any, layer: Callable[..., Any], shape: tuple[int, ...], request: dict[str, Any], failures: list[BaseException]
) -> dict[str, Any]:
    output_size = request["output_size"]
    try:
        given = torch.full(shape, request.get("fill", 0), device=device, dtype=_dtype(torch, request))
        output = layer(given) if output_size is None else layer(given, output_size=output_size)
        _wait(torch, device)
        if device.type != "meta":
            output = output.cpu()  # a device that computes lazily has done nothing until its output is asked for
        return {"shape": list(output.shape), **({"values": output.flatten().tolist()} if "fill" in request else {})}
    except Exception as error:
        failures.append(error)
        return {"error": _error(error)}


def _dtype(torch: Any, request: dict[str, Any]) -> Any:
    return getattr(torch, request.get("dtype", "float32"))


def _wait(torch: Any, device: Any) -> None:
    """Until the device has done its work: its errors may come after the call that caused them."""
    synchronize = getattr(getattr(torch, device.type, None), "synchronize", None)
    if synchronize is not None:
        synchronize()


def _error(error: BaseException) -> dict[str, Any]:
    return {"type": type(error).__name__, "text": _words(error), "of_device": _of_device(error)}


def _words(error: BaseException) -> str:
    """The first line of an error's text."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else ""
    return first if len(first) <= _LONGEST_WORDS else f"{first[:_LONGEST_WORDS]}…"


def _of_device(error: BaseException) -> bool:
    """True where memory, a driver or a missing kernel made the run fail: such an error says nothing of the layer."""
    text = str(error).lower()
    return isinstance(error, (MemoryError, NotImplementedError)) or any(sign in text for sign in _OF_THE_DEVICE) or _spoils(error)


def _spoils(error: BaseException) -> bool:
    """True after an error that leaves the device of no use to this process."""
    return type(error).__name__ == "AcceleratorError" or any(sign in str(error).lower() for sign in _SPOILING)


def _tuples(value: Any) -> Any:
    """JSON knows no tuples; torch's arguments are."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {name: _tuples(item) for name, item in value.items()}
    return value


if __name__ == "__main__":
    main()
