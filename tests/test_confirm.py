"""Confirmation: real layers on the CPU for every claim and verdict, and workers that crash, hang or have no torch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest

from convt_lint.confirm import BadDevice, ConfirmError, TorchMissing, Workers, confirm_findings, confirm_with
from convt_lint.confirm.experiment import CannotRun, design
from convt_lint.confirm.verdicts import judge
from convt_lint.findings import Finding, Probe, Verdict

CONFIRMED, REFUTED, UNDECIDED = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.UNDECIDED
PACKAGE = Path(__file__).parent.parent
WORKER = PACKAGE / "convt_lint" / "confirm" / "worker.py"


def probe(claim: str = "fails", lengths: tuple[int | None, ...] = (None,), layer: str = "ConvTranspose1d", **more: Any) -> Probe:
    own = {name: more.pop(name) for name in ("output_size", "expected") if name in more}
    return Probe(layer, len(lengths), claim, more, lengths, **own)


def finding(experiment: Probe | None, code: str = "CVT102") -> Finding:
    return Finding(code, "a-rule", "a message", PurePath("model.py"), 1, 1, 1, 2, probe=experiment)


@pytest.fixture(scope="module")
def cpu() -> Iterator[Workers]:
    pytest.importorskip("torch")
    with Workers("cpu") as workers:
        yield workers


def confirmed(workers: Workers, *probes: Probe | None) -> list[tuple[Verdict, str]]:
    answers = confirm_with(workers, [finding(each) for each in probes])
    return [(each.confirmation.verdict, each.confirmation.detail) for each in answers if each.confirmation]


TORCH_SAYS = [
    # id, probe, verdict, what the detail must hold
    ("the article", probe(lengths=(10,), kernel_size=3, stride=2, padding=1, output_padding=11), CONFIRMED, "RuntimeError: output padding must be smaller"),
    ("below dilation", probe(lengths=(10,), kernel_size=3, stride=2, output_padding=2, dilation=3), REFUTED, "length 10 -> output of shape (1, 1, 27)"),
    ("constructor", probe(kernel_size=3, padding_mode="reflect"), CONFIRMED, 'ValueError: Only "zeros"'),
    ("no integer", probe(kernel_size=3, stride=2.0), CONFIRMED, "TypeError: conv_transpose1d(): argument 'stride'"),
    ("a string", probe(kernel_size=3, padding="same"), CONFIRMED, "TypeError: conv_transpose1d(): argument 'padding'"),
    ("an arity", probe(kernel_size=(3, 3)), CONFIRMED, "RuntimeError: Expected 4"),
    ("unknown name", probe(kernel_size=3, strides=2), CONFIRMED, "unexpected keyword argument 'strides'"),
    ("groups", probe(in_channels=3, out_channels=4, kernel_size=3, groups=2), CONFIRMED, "ValueError: in_channels must be divisible by groups"),
    ("out groups", probe(out_channels=3, kernel_size=3, groups=2), CONFIRMED, "ValueError: out_channels must be divisible by groups"),
    ("fitting groups", probe(in_channels=4, kernel_size=3, groups=2), REFUTED, "(1, 2, 6)"),
    ("no groups", probe(kernel_size=3, groups=0), CONFIRMED, "ValueError: groups must be a positive integer"),
    ("no channels", probe(in_channels=0, kernel_size=3), CONFIRMED, "RuntimeError: Given groups=1, expected weight to be at least 1"),
    ("negative channels", probe(out_channels=-1, kernel_size=3), CONFIRMED, "RuntimeError: Trying to create tensor with negative dimension"),
    ("no kernel", probe(stride=-1), CONFIRMED, "RuntimeError: non-positive stride is not supported"),
    ("empty", probe(lengths=(10,), kernel_size=3, padding=20), CONFIRMED, "RuntimeError: Given input size per channel"),
    ("empty in silence", probe(lengths=(10,), kernel_size=3, padding=6, groups=2), CONFIRMED, "returns an empty tensor of shape (1, 2, 0)"),
    ("not empty", probe(kernel_size=3, padding=20), REFUTED, "length 39 -> output of shape (1, 1, 1)"),
    ("input of no length", probe(lengths=(0,), kernel_size=3), CONFIRMED, "RuntimeError: Only zero batch"),
    ("two axes", probe(lengths=(None, 5), layer="ConvTranspose2d", kernel_size=3, stride=(2, 1), output_padding=(0, 1)), CONFIRMED, "output padding"),
    ("three axes", probe(lengths=(4, 5, 6), layer="ConvTranspose3d", kernel_size=(1, 2, 3)), REFUTED, "lengths (4, 5, 6) -> output of shape (1, 1, 4, 6, 8)"),
    ("lazy", probe(layer="LazyConvTranspose1d", kernel_size=3, stride=2, output_padding=2), CONFIRMED, "output padding must be smaller"),
    ("lazy runs", probe(layer="LazyConvTranspose2d", lengths=(None, None), kernel_size=3, groups=3), REFUTED, "(1, 3, 6, 6)"),
    ("function", probe(layer="conv_transpose1d", kernel_size=3, stride=2, output_padding=5), CONFIRMED, "output padding must be smaller"),
    ("function runs", probe(layer="conv_transpose2d", lengths=(None, 7), kernel_size=(3, 5), groups=2, bias=None), REFUTED, "(1, 2, 6, 11)"),
    ("function, groups", probe(layer="conv_transpose1d", in_channels=3, groups=2), CONFIRMED, "RuntimeError: Given groups=2, expected weight"),
    ("quantized", probe(layer="torch.ao.nn.quantized.ConvTranspose1d", kernel_size=3, output_padding=1), CONFIRMED, "quantized layer has the same geometry"),
    ("output_size", probe(lengths=(10,), kernel_size=3, stride=2, padding=1, output_size=(21,)), CONFIRMED, "ValueError: requested an output size of"),
    ("output_size fits", probe(lengths=(10,), kernel_size=3, stride=2, padding=1, output_size=(1, 1, 20)), REFUTED, "(1, 1, 20)"),
    ("output_size, some input", probe(kernel_size=3, stride=2, padding=1, output_size=(20,)), REFUTED, "length 10 -> output of shape (1, 1, 20)"),
    ("output_size, no input", probe(kernel_size=9, stride=2, output_size=(5,)), CONFIRMED, "ValueError: requested an output size of"),
    ("output_size, an int", probe(lengths=(10,), kernel_size=3, output_size=12), CONFIRMED, "TypeError"),
    ("output_size, two axes", probe(layer="ConvTranspose2d", lengths=(None, None), kernel_size=3, stride=2, output_size=(21, 31)), REFUTED, "lengths (10, 15)"),
    ("length", probe("length", (10,), kernel_size=3, stride=2, padding=1, output_padding=1, expected=(30,)), CONFIRMED, "output has length 20, not 30"),
    ("length is right", probe("length", (10,), kernel_size=3, stride=2, padding=1, output_padding=1, expected=(20,)), REFUTED, "output has length 20, as"),
    (
        "length, two axes",
        probe("length", (10, 4), "ConvTranspose2d", kernel_size=2, stride=2, expected=(None, 9)),
        CONFIRMED,
        "output has lengths (20, 8), not (?, 9)",
    ),
    ("length, other axis", probe("length", (10, 4), "ConvTranspose2d", kernel_size=2, stride=2, expected=(20, None)), REFUTED, "lengths (20, 8)"),
    ("length, not run", probe("length", (10,), kernel_size=3, output_padding=4, expected=(30,)), CONFIRMED, "RuntimeError: output padding"),
    ("length, channels left out", probe("length", (2,), in_channels=10**6, out_channels=10**6, expected=(4,)), REFUTED, "output has length 4"),
    ("nothing expected", probe("length", (10,), kernel_size=3), UNDECIDED, "no expected length"),
    ("unreachable", probe("unreachable", kernel_size=3, stride=2, expected=(30,)), CONFIRMED, "lengths 14 -> 29, 15 -> 31"),
    ("reachable", probe("unreachable", kernel_size=3, stride=2, expected=(31,)), REFUTED, "length 15 -> 31"),
    ("below the shortest", probe("unreachable", kernel_size=9, stride=2, expected=(5,)), CONFIRMED, "lengths 1 -> 9, 2 -> 11"),
    (
        "unreachable on one axis",
        probe("unreachable", (None, None), "ConvTranspose2d", kernel_size=3, stride=2, expected=(31, 30)),
        CONFIRMED,
        "on spatial axis 1 14 -> 29",
    ),
    ("reachable on both", probe("unreachable", (None, None), "ConvTranspose2d", kernel_size=3, stride=2, expected=(31, 41)), REFUTED, "15 -> 31, 20 -> 41"),
    ("unreachable, not run", probe("unreachable", kernel_size=3, stride=2, output_padding=2, expected=(30,)), CONFIRMED, "RuntimeError: output padding"),
    ("huge kernel", probe(kernel_size=10**9), UNDECIDED, "too large to run"),
    ("huge length", probe(lengths=(10**12,), kernel_size=3), UNDECIDED, "too large to run"),
    ("huge stride", probe(kernel_size=3, stride=10**12), UNDECIDED, "too large to run"),
    ("huge groups", probe(kernel_size=3, groups=10**10), UNDECIDED, "too large to run"),
    ("huge target", probe("unreachable", kernel_size=3, stride=2, expected=(10**400,)), UNDECIDED, "too large to run"),
    ("huge channels", probe(in_channels=10**6, out_channels=10**6, kernel_size=3), UNDECIDED, "too large to run"),
    ("huge columns", probe(layer="ConvTranspose3d", lengths=(90, 90, 90), kernel_size=9), UNDECIDED, "too large to run"),
    ("huge function", probe(layer="conv_transpose2d", lengths=(2, 2), kernel_size=10**5), UNDECIDED, "too large to run"),
    ("huge number", probe(kernel_size=3, padding=10**30), UNDECIDED, "64 bits"),
    ("long argument", probe(kernel_size=(3,) * 100_000), UNDECIDED, "too long"),
    ("not a value", probe(kernel_size=object()), UNDECIDED, "not known well enough"),
    ("not a weight", probe(layer="conv_transpose1d", kernel_size=-3), UNDECIDED, "no weight has kernel_size=-3"),
    ("negative input", probe(lengths=(-4,), kernel_size=3), UNDECIDED, "no input has a negative length"),
    ("another layer", probe(layer="Conv1d", kernel_size=3), UNDECIDED, "Conv1d is no transposed convolution"),
    ("axes disagree", probe(layer="ConvTranspose2d", kernel_size=3), UNDECIDED, "on 1 axes"),
    ("another claim", probe("sings", kernel_size=3), UNDECIDED, "no run decides the claim 'sings'"),
    ("no probe", None, UNDECIDED, "nothing to run"),
]


@pytest.mark.parametrize(("experiment", "verdict", "words"), [row[1:] for row in TORCH_SAYS], ids=[row[0] for row in TORCH_SAYS])
def test_verdicts_are_torchs_own(cpu: Workers, experiment: Probe | None, verdict: Verdict, words: str) -> None:
    ((seen, detail),) = confirmed(cpu, experiment)
    assert (seen, words in detail) == (verdict, True), detail
    assert "\n" not in detail


def test_findings_keep_their_order_and_all_else() -> None:
    pytest.importorskip("torch")
    given = [
        finding(None, "CVT001"),
        finding(probe(kernel_size=3, output_padding=-1)),
        finding(None, "CVT002"),
        finding(None, "CVT108"),
        finding(probe(kernel_size=3)),
    ]
    answers = confirm_findings(given, "cpu:0")
    assert [each.confirmation and each.confirmation.verdict for each in answers] == [None, CONFIRMED, None, UNDECIDED, REFUTED]
    assert {each.confirmation.device for each in answers if each.confirmation} == {"cpu:0"}
    assert [each.code for each in answers] == [each.code for each in given]
    assert answers[0] is given[0]


# --- judged without torch: what other devices answer

NO_MEMORY = {"type": "OutOfMemoryError", "text": "CUDA out of memory.", "of_device": True}
REFUSED = {"type": "RuntimeError", "text": "bad layer", "of_device": False}


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([NO_MEMORY, NO_MEMORY], UNDECIDED),
        ([REFUSED, NO_MEMORY], UNDECIDED),
        ([REFUSED, REFUSED], CONFIRMED),
        ([NO_MEMORY, [1, 1, 20]], REFUTED),
        ([REFUSED, [1, 1, 20]], REFUTED),
        ([[1, 1, 0], REFUSED], CONFIRMED),
    ],
)
def test_a_device_that_cannot_run_a_layer_decides_nothing(answers: list[Any], verdict: Verdict) -> None:
    claim = probe(kernel_size=3, stride=2, output_size=(20,))
    experiment = design(claim)
    runs = [{"shape": answer} if isinstance(answer, list) else {"error": answer} for answer in answers]
    runs += [{"error": REFUSED}] * (len(experiment.runs) - len(runs))
    assert judge(claim, experiment, {"built": None, "runs": runs})[0] is verdict


def test_a_layer_that_the_device_cannot_build_decides_nothing() -> None:
    claim = probe("length", (10,), kernel_size=3, expected=(30,))
    verdict, detail = judge(claim, design(claim), {"built": NO_MEMORY, "runs": []})
    assert verdict is UNDECIDED
    assert "CUDA out of memory" in detail


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the cap is Linux's")
def test_memory_that_runs_out_is_the_devices_failure(cpu: Workers) -> None:
    # past the estimate on purpose: the worker's own cap must hold
    answer = cpu.ask(
        {
            "callee": "ConvTranspose1d",
            "arguments": {"in_channels": 1, "out_channels": 1, "kernel_size": 3 * 2**30},
            "weight": None,
            "inputs": [],
            "output_size": None,
        }
    )
    assert answer["built"]["of_device"]
    assert confirmed(cpu, probe(kernel_size=3))[0][0] is REFUTED


def test_an_experiment_has_one_channel_a_group() -> None:
    experiment = design(probe("length", (10,), in_channels=512, out_channels=256, kernel_size=16, groups=4, expected=(25,)))
    assert (experiment.channels, experiment.arguments["in_channels"], experiment.arguments["out_channels"]) == (4, 4, 4)
    with pytest.raises(CannotRun):
        design(probe(lengths=(3, 3, 3, 3), layer="ConvTranspose4d"))


# --- workers that fail

FAKE = """
import ctypes, json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if "device" in request:
        print(json.dumps({"ready": "0"}), flush=True)
        continue
    do = request["arguments"].get("padding_mode", "")
    if do == "crash": ctypes.string_at(0)
    if do == "leave": sys.exit(7)
    if do == "hang": time.sleep(600)
    if do == "babble": print("Welcome to torch!", flush=True)
    if do == "nonsense": print("[]", flush=True)
    if do == "once": open(os.environ["ASKED"], "a").write("x")
    print(json.dumps({"built": None, "runs": [{"shape": [1, 1, os.getpid()]}] * len(request["inputs"])}), flush=True)
"""


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Workers]:
    """Workers that obey `padding_mode`, and else answer with their process id for a length."""
    program = tmp_path / "fake.py"
    program.write_text(FAKE)
    with Workers("cpu", time_limit=1.0, command=(sys.executable, "-X", "utf8", str(program))) as workers:
        yield workers


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("leave", "the worker ended with exit status 7"),
        ("hang", "no answer within 1 s"),
        ("babble", "the worker's answer was not understood"),
        ("nonsense", "the worker's answer was not understood"),
        pytest.param("crash", "the worker was killed by signal 11 (SIGSEGV)", marks=pytest.mark.skipif(os.name == "nt", reason="signals")),
    ],
)
def test_a_lost_worker_costs_one_finding_its_confirmation(fake: Workers, trouble: str, words: str) -> None:
    before, lost, after, last = confirmed(fake, probe(kernel_size=1), probe(padding_mode=trouble), probe(kernel_size=2), probe(kernel_size=3))
    assert lost == (UNDECIDED, words)
    assert [before[0], after[0], last[0]] == [REFUTED] * 3
    pids = [int(detail.rpartition(" ")[2].rstrip(")")) for _, detail in (before, after, last)]
    assert pids[0] != pids[1] == pids[2], "one new worker, kept"
    assert not alive(pids[0])


def test_the_same_probe_runs_once(fake: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    confirmed(fake, probe(padding_mode="crash"), probe(padding_mode="once"), probe(padding_mode="once"))
    assert (tmp_path / "asked").read_text() == "x"


def test_a_worker_that_no_longer_starts_is_not_tried_for_ever(tmp_path: Path) -> None:
    program = tmp_path / "fake.py"
    program.write_text(FAKE)
    with Workers("cpu", command=(sys.executable, str(program))) as workers:
        program.write_text("raise SystemExit(3)")
        crash, *rest = confirmed(workers, probe(padding_mode="leave"), probe(kernel_size=2), probe(kernel_size=3))
    assert crash == (UNDECIDED, "the worker ended with exit status 7")
    assert rest == [(UNDECIDED, "no new worker could be started: the worker ended with exit status 3")] * 2


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; sys.exit(9)", "exit status 9"),
        ("import time; time.sleep(600)", "no answer within 0.5 s"),
        ('print(\'{"refused": "torch", "detail": "no libcudart"}\')', "torch cannot be imported: no libcudart"),
    ],
)
def test_a_worker_that_never_starts_is_one_clear_line(program: str, words: str) -> None:
    with pytest.raises(ConfirmError, match=words), Workers("cpu", start_limit=0.5 if "sleep" in program else 60, command=(sys.executable, "-c", program)):
        pytest.fail("it started")


def test_a_missing_interpreter_is_one_clear_line() -> None:
    with pytest.raises(ConfirmError, match="cannot be started"), Workers("cpu", command=("no-such-program-here",)):
        pytest.fail("it started")


def alive(pid: int) -> bool:
    """True while the process exists and has not ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


STUCK = """
# what the worker needs of torch, with a layer that never comes back
import time
from pathlib import Path

class nn:
    class ConvTranspose1d:
        def __init__(self, **arguments):
            Path(__file__).with_name("stuck").touch()
            time.sleep(600)

class ones:
    def __init__(self, count, device): self.value = 2
    def __mul__(self, factor): return self
    def sum(self): return self
    def item(self): return 6

class device:
    type = "none"
    def __init__(self, name): pass

class no_grad:
    def __enter__(self): pass
    def __exit__(self, *_): pass

float32 = None
__version__ = "0"
def set_num_threads(count): pass
"""


def over(directory: Path, *first: str) -> tuple[str, ...]:
    """The command of the real worker, with `directory` ahead of everything on its import path."""
    run = f"import runpy, sys; sys.path.insert(0, {str(directory)!r}); runpy.run_path({str(WORKER)!r}, run_name='__main__')"
    return (sys.executable, *first, "-c", run)


def test_the_real_worker_is_ended_amid_a_run(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(STUCK)
    with Workers("cpu", time_limit=0.5, command=over(tmp_path)) as workers:
        assert confirmed(workers, probe(kernel_size=3)) == [(UNDECIDED, "no answer within 0.5 s")]
    assert (tmp_path / "stuck").exists()


def wait_until(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize("how", ["ctrl-c", "kill"])
def test_no_process_is_left_behind(tmp_path: Path, how: str) -> None:
    (tmp_path / "torch.py").write_text(STUCK)
    program = f"""
        import sys
        from convt_lint.confirm import Workers
        from convt_lint.confirm.experiment import design
        from convt_lint.findings import Probe
        with Workers("cpu", time_limit=600, command={over(tmp_path)!r}) as workers:
            print(workers._worker._process.pid, flush=True)
            workers.ask(design(Probe("ConvTranspose1d", 1, "fails", {{}}, (None,))).request())
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=PACKAGE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    try:
        assert wait_until((tmp_path / "stuck").exists)
        assert alive(worker)
        if how == "ctrl-c":
            os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: the parent and the worker alike
        else:
            parent.kill()
        parent.wait(30)
        assert wait_until(lambda: not alive(worker))
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


def test_an_exception_between_leaves_no_process(tmp_path: Path) -> None:
    program = tmp_path / "fake.py"
    program.write_text(FAKE)
    pids: list[int] = []

    def interrupted() -> None:
        with Workers("cpu", command=(sys.executable, str(program))) as workers:
            pids.append(int(confirmed(workers, probe(kernel_size=2))[0][1].rpartition(" ")[2].rstrip(")")))
            assert os.name == "nt" or alive(pids[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert not alive(pids[0])


# --- torch and the device


def test_without_torch_says_what_to_install() -> None:
    # -S: no site-packages, hence no torch
    with pytest.raises(TorchMissing) as caught, Workers("cpu", command=(sys.executable, "-P", "-S", str(WORKER))):
        pytest.fail("it started")
    assert "pip install 'convt-lint[confirm]'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ConfirmError)


def test_meta_is_refused_before_anything_is_started() -> None:
    for name in ("meta", "meta:0"):
        with pytest.raises(BadDevice, match="meta"), Workers(name, command=("no-such-program-here",)):
            pytest.fail("it started")


@pytest.mark.parametrize("device", ["", "nonsense", "Meta", pytest.param("cuda:99", id="absent-cuda"), "mps" if sys.platform != "darwin" else "xpu", "\0"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    pytest.importorskip("torch")
    with pytest.raises(BadDevice) as caught:
        confirm_findings([], device)
    assert repr(device) in str(caught.value) or device == "Meta"
    assert "\n" not in str(caught.value)


def test_cuda_if_present_else_refused() -> None:
    torch = pytest.importorskip("torch")
    claims = [finding(probe(lengths=(10,), kernel_size=3, stride=2, output_padding=2)), finding(probe("length", (10,), kernel_size=3, expected=(12,)))]
    if not torch.cuda.is_available():
        with pytest.raises(BadDevice, match="'cuda'"):
            confirm_findings(claims, "cuda")
    else:
        assert [each.confirmation and each.confirmation.verdict for each in confirm_findings(claims, "cuda")] == [CONFIRMED, REFUTED]


@pytest.mark.parametrize("python_path", [None, ".", ":{cwd}"])
def test_the_users_directory_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python_path: str | None) -> None:
    pytest.importorskip("torch")
    for name in ("torch", "json", "worker", "numpy"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'a').write(__name__)\nraise RuntimeError('imported')\n")
    monkeypatch.chdir(tmp_path)
    if python_path is None:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONPATH", python_path.format(cwd=tmp_path))
    (answer,) = confirm_findings([finding(probe(kernel_size=3))])
    assert answer.confirmation is not None
    assert answer.confirmation.verdict is REFUTED
    assert not (tmp_path / "imported").exists()


def test_warnings_turned_into_errors_do_not_make_a_layer_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    (answer,) = confirm_findings([finding(probe(kernel_size=3, out_channels=0))])  # torch warns that there is nothing to initialise
    assert answer.confirmation is not None
    assert "UserWarning" not in answer.confirmation.detail


def test_the_users_directory_is_not_imported_in_place_of_a_missing_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("open('imported', 'a')\nclass nn: pass\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TorchMissing), Workers("cpu", command=over(tmp_path, "-P", "-S")):
        pytest.fail("it started")
    assert not (tmp_path / "imported").exists()


def test_a_directory_named_torch_is_not_torch(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    with pytest.raises(TorchMissing), Workers("cpu", command=over(tmp_path, "-P", "-S")):
        pytest.fail("it started")


def test_noise_on_stdout_does_not_corrupt_the_answers(tmp_path: Path) -> None:
    noise = "import os\nprint('Welcome!', flush=True)\nos.write(1, b'Loading kernels...\\n')\n"
    (tmp_path / "torch.py").write_text(noise + STUCK.replace("time.sleep(600)", "raise ValueError('no such layer')"))
    with Workers("cpu", command=over(tmp_path)) as workers:
        assert confirmed(workers, probe(kernel_size=3)) == [(CONFIRMED, "ValueError: no such layer")]
