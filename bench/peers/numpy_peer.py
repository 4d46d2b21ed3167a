"""An update in numpy, backpropagation through time written by hand."""
import sys

import numpy as np

import common


def gradient(w, x, y, mask, alpha):
    t, b, _ = x.shape
    n = w["W_rec"].shape[0]
    a, keep = np.float32(alpha), np.float32(1 - alpha)
    drive = a * (x.reshape(t * b, -1) @ w["W_in"].T + w["b_rec"]).reshape(t, b, n)
    wrec = np.ascontiguousarray(a * w["W_rec"].T)
    states, rates = np.empty((t + 1, b, n), np.float32), np.empty((t + 1, b, n), np.float32)
    states[0] = w["init_state"]
    np.maximum(states[0], 0, out=rates[0])
    for k in range(t):
        s = states[k + 1]
        np.matmul(rates[k], wrec, out=s)
        s += drive[k]
        s += keep * states[k]
        np.maximum(s, 0, out=rates[k + 1])
    r = rates[1:].reshape(t * b, n)
    e = mask.reshape(t * b, -1) * (r @ w["W_out"].T + w["b_out"] - y.reshape(t * b, -1))
    loss = np.mean(e * e)
    dy = (2 / e.size) * mask.reshape(t * b, -1) * e
    dr = (dy @ w["W_out"]).reshape(t, b, n)
    ds = np.empty((t, b, n), np.float32)
    back = np.ascontiguousarray(a * w["W_rec"])
    carry = np.zeros((b, n), np.float32)
    open_ = states > 0
    for k in range(t - 1, -1, -1):
        np.multiply(dr[k], open_[k + 1], out=ds[k])
        ds[k] += carry
        np.matmul(ds[k], back, out=carry)
        carry *= open_[k]
        carry += keep * ds[k]
    d = ds.reshape(t * b, n)
    return loss, {
        "init_state": carry.sum(0, keepdims=True), "W_in": a * (d.T @ x.reshape(t * b, -1)),
        "W_rec": a * (d.T @ rates[:-1].reshape(t * b, n)), "W_out": dy.T @ r, "b_rec": a * d.sum(0), "b_out": dy.sum(0),
    }


def training(w, n):
    rng = np.random.default_rng(1)
    m = {k: np.zeros_like(v) for k, v in w.items()}
    v = {k: np.zeros_like(q) for k, q in w.items()}
    step = [0]

    def update():
        step[0] += 1
        _, g = gradient(w, *common.batch(rng), common.ALPHA)
        lr = common.LEARNING_RATE * np.sqrt(1 - common.BETA2 ** step[0]) / (1 - common.BETA1 ** step[0])
        for k in w:
            norm = np.linalg.norm(g[k])
            d = g[k] / max(norm, 1)
            m[k] += (1 - common.BETA1) * (d - m[k])
            v[k] += (1 - common.BETA2) * (d * d - v[k])
            w[k] -= lr * m[k] / (np.sqrt(v[k]) + common.EPSILON)
    return update


if __name__ == "__main__":
    common.main(sys.modules[__name__])
