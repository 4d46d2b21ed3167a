"""Times numpy drawing a batch of perceptual_discrimination beside psychrnn.

128 trials of 200 steps, two channels, in float32, as a good user would write
it: whole arrays, one call of the generator. Prints both medians in the same
run and how many times faster the program is.

    venv/bin/python bench/trials.py
"""

import re
import subprocess
import time

import numpy as np

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
        ["go", "test", "./internal/task", "-run", "^$", "-bench", "Draw/perceptual", "-benchtime", "1000x", "-cpu", "1", "-count", "5"],
        capture_output=True, text=True, check=True).stdout
    found = re.findall(r"(\d+) ns/op.*?(\d+) allocs/op", out)
    return float(np.median([int(ns) for ns, _ in found])) * 1e-9, max(int(a) for _, a in found)


if __name__ == "__main__":
    before, (own, allocations), after = numpy_time(), program_time(), numpy_time()
    peer = min(before, after)
    print(f"numpy {peer * 1e3:.3f} ms, psychrnn {own * 1e3:.3f} ms with {allocations} allocations: {peer / own:.1f} times faster")
