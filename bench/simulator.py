"""Times a lesion of `ablate` here and a run of the original's NumPy simulator, in turns.

    simulator.py [--rounds 3] [--gate 0.7]

Hello World's shape: 1000 trials of 200 steps, 50 units. It runs under a Python
with the original package. With --gate the exit status is 1 where the best round
stays below that part of what is asked for (LEAST).
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
from psychrnn.backend import simulation

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TRIALS, STEPS, N, I, O = 1000, 200, 50, 2, 2
LEAST = {"float32": 15, "float64": 6}


def original():
    """The original's best time of a run in ms, in the faster of the two precisions."""
    rng = np.random.RandomState(0)
    x = rng.randn(TRIALS, STEPS, I)
    w = {"W_in": rng.randn(N, I) / 2, "W_rec": rng.randn(N, N) / np.sqrt(N), "W_out": rng.randn(O, N) / N, "b_rec": np.zeros(N), "b_out": np.zeros(O),
         "init_state": np.full((1, N), 0.1)}
    best = float("inf")
    for kind in (np.float32, np.float64):
        s = simulation.BasicSimulator(params={"alpha": 0.1, "rec_noise": 0.0}, weights={k: v.astype(kind) for k, v in w.items()},
                                      transfer_function=simulation.relu)
        inputs = x.astype(kind)
        for _ in range(3):
            began = time.perf_counter()
            outputs, _ = s.run_trials(inputs)
            best = min(best, (time.perf_counter() - began) * 1e3)
        assert outputs.shape == (TRIALS, STEPS, O) and np.isfinite(outputs).all()
    return best


def ours(binary):
    """{precision: ms of a lesion}."""
    text = subprocess.run([binary, "-test.run", "^$", "-test.bench", "Ablate$", "-test.benchtime", "1x"], check=True, capture_output=True, text=True,
                          cwd=os.path.join(ROOT, "internal", "experiment")).stdout
    found = re.findall(r"Ablate/(float\d\d)\S*\s.*?([\d.]+) ms/lesion", text)
    assert len(found) == 2, text
    return {precision: float(ms) for precision, ms in found}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--gate", type=float)
    a = p.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "session.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "./internal/session"], check=True, cwd=ROOT)
        for _ in range(a.rounds):
            rounds.append((original(), ours(binary)))
    print("the original's simulator: %.0f ms" % statistics.median(o for o, _ in rounds))
    slow = False
    for precision, least in LEAST.items():
        times = [o / us[precision] for o, us in rounds]
        print("%s: %.2f ms a lesion, %.1f times as fast (at least %d)" % (precision, statistics.median(us[precision] for _, us in rounds), statistics.median(times), least))
        slow = slow or a.gate is not None and max(times) < a.gate * least
    if slow:
        print("too slow", file=sys.stderr)
    sys.exit(slow)


if __name__ == "__main__":
    main()
