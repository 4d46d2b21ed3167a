"""An update in PyTorch, backpropagation through time written by hand."""
import os
import sys

import numpy as np
import torch

import common

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
torch.set_grad_enabled(False)


def gradient(w, x, y, mask, alpha):
    w = {k: torch.as_tensor(v) for k, v in w.items()}
    x, y, mask = (torch.as_tensor(v) for v in (x, y, mask))
    t, b, _ = x.shape
    n = w["W_rec"].shape[0]
    drive = (alpha * torch.addmm(w["b_rec"], x.reshape(t * b, -1), w["W_in"].T)).reshape(t, b, n)
    wrec = alpha * w["W_rec"]
    forward = wrec.T.contiguous()
    states, rates = torch.empty(t + 1, b, n), torch.empty(t + 1, b, n)
    states[0] = w["init_state"]
    torch.clamp(states[0], min=0, out=rates[0])
    for k in range(t):
        s = torch.addmm(drive[k], rates[k], forward, out=states[k + 1])
        s.add_(states[k], alpha=1 - alpha)
        torch.clamp(s, min=0, out=rates[k + 1])
    r = rates[1:].reshape(t * b, n)
    e = mask.reshape(t * b, -1) * (torch.addmm(w["b_out"], r, w["W_out"].T) - y.reshape(t * b, -1))
    dy = (2 / e.numel()) * mask.reshape(t * b, -1) * e
    opened = (states > 0).float()
    ds = (dy @ w["W_out"]).reshape(t, b, n)
    ds *= opened[1:]
    carry = torch.zeros(b, n)
    for k in range(t - 1, -1, -1):
        d = ds[k].add_(carry)
        carry = torch.mm(d, wrec).mul_(opened[k]).add_(d, alpha=1 - alpha)
    d = ds.reshape(t * b, n)
    return (e * e).mean(), {
        "init_state": carry.sum(0, keepdim=True), "W_in": alpha * (d.T @ x.reshape(t * b, -1)),
        "W_rec": alpha * (d.T @ rates[:-1].reshape(t * b, n)), "W_out": dy.T @ r, "b_rec": alpha * d.sum(0), "b_out": dy.sum(0),
    }


def training(w, n):
    rng = np.random.default_rng(1)
    w = {k: torch.as_tensor(v) for k, v in w.items()}
    m = {k: torch.zeros_like(v) for k, v in w.items()}
    v = {k: torch.zeros_like(q) for k, q in w.items()}
    step = [0]

    def update():
        step[0] += 1
        _, g = gradient(w, *common.batch(rng), common.ALPHA)
        lr = common.LEARNING_RATE * (1 - common.BETA2 ** step[0]) ** 0.5 / (1 - common.BETA1 ** step[0])
        for k in w:
            d = g[k] / max(float(g[k].norm()), 1)
            m[k].lerp_(d, 1 - common.BETA1)
            v[k].lerp_(d * d, 1 - common.BETA2)
            w[k].addcdiv_(m[k], v[k].sqrt().add_(common.EPSILON), value=-lr)
    return update


if __name__ == "__main__":
    common.main(sys.modules[__name__])
