"""What the peers share: the task, starting weights, the timing, and the check
that each computes the gradient that the original computed.

A peer is a module with `gradient(w, x, y, mask, alpha)` -> (loss, gradients by
name) on arrays (T, B, channels), and `training(w, n)` -> a function that makes
one update: draws a batch, computes the gradient, clips each tensor to norm 1,
applies Adam.
"""
import json
import os
import sys
import time

import numpy as np

B, T, DT, TAU = 128, 200, 10.0, 100.0
ALPHA = DT / TAU
NAMES = ["init_state", "W_in", "W_rec", "W_out", "b_rec", "b_out"]
LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-4, 0.9, 0.999, 1e-8


def weights(n, seed=0):
    rng = np.random.default_rng(seed)
    glorot = lambda r, c: rng.normal(0, np.sqrt(2 / (r + c)), (r, c)).astype(np.float32)
    return {
        "init_state": np.full((1, n), 0.1, np.float32), "W_in": glorot(n, 2), "W_rec": glorot(n, n),
        "W_out": glorot(2, n), "b_rec": np.zeros(n, np.float32), "b_out": np.zeros(2, np.float32),
    }


def batch(rng):
    """Perceptual discrimination: x, y, mask of shape (T, B, 2), float32."""
    coherence = rng.choice(np.array([0.1, 0.3, 0.5, 0.7], np.float32), B)
    direction = rng.integers(0, 2, B)
    onset = rng.random(B) * DT * T / 2
    end = onset + rng.random(B) * DT * T / 4 + DT * T / 8
    t = (np.arange(T) * DT)[:, None]
    scale = np.float32(np.sqrt(2 * 0.01 * np.sqrt(10) * np.sqrt(DT)) * 0.1)
    x = scale * rng.standard_normal((T, B, 2), np.float32)
    chosen = np.stack([direction == 0, direction == 1], 1).astype(np.float32)
    x += (((onset < t) & (t < end))[:, :, None]) * (1 + coherence[:, None] * chosen)
    y = (t > end + 20)[:, :, None] * (0.2 + 0.8 * chosen)
    mask = np.broadcast_to((t >= end)[:, :, None], (T, B, 2)).astype(np.float32)
    return x, y.astype(np.float32), mask


def check(gradient, folder):
    """Compares a peer's gradient with that of the original in a golden case."""
    a = np.load(os.path.join(folder, "arrays.npz"))
    w = np.load(os.path.join(folder, "weights_before.npz"))
    first = lambda v: np.ascontiguousarray(np.swapaxes(v, 0, 1))
    alpha = json.load(open(os.path.join(folder, "case.json")))["network"]["alpha"]
    loss, grads = gradient({k: w[k] for k in NAMES}, first(a["x"]), first(a["y"]), first(a["mask"]), alpha)
    worst = abs(float(loss) - float(a["loss"])) / float(a["loss"])
    for k in NAMES:
        want = a["grad/" + k]
        worst = max(worst, float(np.abs(np.asarray(grads[k]).reshape(want.shape) - want).max() / np.abs(want).max()))
    if not worst < 1e-4:
        sys.exit("the gradient differs from the original's by %g of its largest entry" % worst)
    return worst


def main(peer):
    """PEER.py GOLDEN_FOLDER n [n ...]: prints one JSON object, ms per update for each n."""
    out = {"agreement": check(peer.gradient, sys.argv[1])}
    for n in map(int, sys.argv[2:]):
        update = peer.training(weights(n), n)
        update()
        began, count = time.perf_counter(), 0
        while count < 3 or time.perf_counter() - began < 1.0:
            update()
            count += 1
        out[str(n)] = 1000 * (time.perf_counter() - began) / count
    print(json.dumps(out))
