"""Times numpy drawing a batch of perceptual_discrimination beside psychrnn.

128 trials of 200 steps, two channels, in float32, as a good user would write
it: whole arrays, one call of the generator. Prints both medians in the same
run and how many times faster the program is.

    venv/bin/python bench/trials.py [--gate 0.7]

With --gate the exit status is 1 where the program stays below that part of
what is asked for, 3.6 times faster.
"""

import argparse
import re
import subprocess
import sys
import time

import numpy as np

ASKED = 3.6
B, T, DT = 128, 200, 10
LENGTH = T * DT
rng = np.random.default_rng(1)
sd = np.float32(np.sqrt(2 * 0.01 * np.sqrt(10) * np.sqrt(DT)) * 0.1)
t = (np.arange(T) * DT)[None, :]
trial = np.arange(B)


def batch():
    coherence = rng.choice([0.1, 0.3, 0.5, 0.7], B)
    direction = rng.integers(0, 2, B)
    onset = rng.random(B) * LENGTH / 2
    end = onset + rng.random(B) * LENGTH / 4 + LENGTH / 8
    x = rng.standard_normal((B, T, 2), dtype=np.float32)
    x *= sd
    stimulus = (onset[:, None] < t) & (t < end[:, None])
    x += stimulus[:, :, None]
    x[trial, :, direction] += stimulus * coherence[:, None]
    answer = t > end[:, None] + 20
    y = np.empty((B, T, 2), np.float32)
    y[:] = (0.2 * answer)[:, :, None]
    y[trial, :, direction] = answer
    mask = np.empty((B, T, 2), np.float32)
    mask[:] = (t >= end[:, None])[:, :, None]
    return x, y, mask


def numpy_time():
    times = []
    for _ in range(400):
        start = time.perf_counter()
        batch()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def program_time():
    out = subprocess.run(
        ["go", "test", "./internal/task/draw", "-run", "^$", "-bench", "Draw/perceptual", "-benchtime", "1000x", "-cpu", "1", "-count", "5"],
        capture_output=True, text=True, check=True).stdout
    found = re.findall(r"(\d+) ns/op.*?(\d+) allocs/op", out)
    return float(np.median([int(ns) for ns, _ in found])) * 1e-9, max(int(a) for _, a in found)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gate", type=float, default=0)
    gate = options.parse_args().gate
    before, (own, allocations), after = numpy_time(), program_time(), numpy_time()
    times = min(before, after) / own
    print(f"numpy {min(before, after) * 1e3:.3f} ms, psychrnn {own * 1e3:.3f} ms with {allocations} allocations: {times:.1f} times faster")
    if times < gate * ASKED:
        sys.exit(f"that is less than {gate} of the {ASKED} times that are asked for")
