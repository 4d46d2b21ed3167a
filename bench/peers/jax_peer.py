"""An update in JAX: scan inside jit with a backward pass written by hand, the task inside jit."""
import os
import sys

if os.environ.get("OMP_NUM_THREADS") == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import jax
import jax.numpy as jnp

import common


def _gradient(w, x, y, mask, alpha):
    t, b, _ = x.shape
    n = w["W_rec"].shape[0]
    drive = alpha * (x.reshape(t * b, -1) @ w["W_in"].T + w["b_rec"]).reshape(t, b, n)
    wrec = alpha * w["W_rec"]
    s0 = jnp.broadcast_to(w["init_state"], (b, n))

    def forward(s, d):
        s = (1 - alpha) * s + jax.nn.relu(s) @ wrec.T + d
        return s, s
    _, states = jax.lax.scan(forward, s0, drive)
    rates = jax.nn.relu(states)
    r = rates.reshape(t * b, n)
    e = mask.reshape(t * b, -1) * (r @ w["W_out"].T + w["b_out"] - y.reshape(t * b, -1))
    dy = (2 / e.size) * mask.reshape(t * b, -1) * e
    dr = (dy @ w["W_out"]).reshape(t, b, n) * (states > 0)
    before = jnp.concatenate([s0[None], states[:-1]])

    def backward(carry, step):
        dr_t, s = step
        d = carry + dr_t
        return (1 - alpha) * d + (d @ wrec) * (s > 0), d
    carry, ds = jax.lax.scan(backward, jnp.zeros((b, n), jnp.float32), (dr, before), reverse=True)
    d = ds.reshape(t * b, n)
    return jnp.mean(e * e), {
        "init_state": carry.sum(0, keepdims=True), "W_in": alpha * (d.T @ x.reshape(t * b, -1)),
        "W_rec": alpha * (d.T @ jax.nn.relu(before).reshape(t * b, n)), "W_out": dy.T @ r,
        "b_rec": alpha * d.sum(0), "b_out": dy.sum(0),
    }


gradient = jax.jit(_gradient, static_argnums=4)


def _batch(key):
    k = jax.random.split(key, 5)
    b, t, dt = common.B, common.T, common.DT
    coherence = jax.random.choice(k[0], jnp.array([0.1, 0.3, 0.5, 0.7], jnp.float32), (b,))
    direction = jax.random.randint(k[1], (b,), 0, 2)
    onset = jax.random.uniform(k[2], (b,)) * dt * t / 2
    end = onset + jax.random.uniform(k[3], (b,)) * dt * t / 4 + dt * t / 8
    time = (jnp.arange(t) * dt)[:, None]
    scale = (2 * 0.01 * 10 ** 0.5 * dt ** 0.5) ** 0.5 * 0.1
    chosen = jax.nn.one_hot(direction, 2)
    x = scale * jax.random.normal(k[4], (t, b, 2))
    x += ((onset < time) & (time < end))[:, :, None] * (1 + coherence[:, None] * chosen)
    y = (time > end + 20)[:, :, None] * (0.2 + 0.8 * chosen)
    return x, y, jnp.broadcast_to((time >= end)[:, :, None], (t, b, 2)).astype(jnp.float32)


@jax.jit
def _update(w, m, v, step):
    step += 1
    _, g = _gradient(w, *_batch(jax.random.fold_in(jax.random.key(1), step)), common.ALPHA)
    lr = common.LEARNING_RATE * jnp.sqrt(1 - common.BETA2 ** step) / (1 - common.BETA1 ** step)
    g = {k: d / jnp.maximum(jnp.linalg.norm(d), 1) for k, d in g.items()}
    m = {k: m[k] + (1 - common.BETA1) * (g[k] - m[k]) for k in w}
    v = {k: v[k] + (1 - common.BETA2) * (g[k] ** 2 - v[k]) for k in w}
    w = {k: w[k] - lr * m[k] / (jnp.sqrt(v[k]) + common.EPSILON) for k in w}
    return w, m, v, step


def training(w, n):
    w = {k: jnp.asarray(q) for k, q in w.items()}
    zero = {k: jnp.zeros_like(q) for k, q in w.items()}
    state = [(w, zero, zero, jnp.float32(0))]

    def update():
        state[0] = _update(*state[0])
        jax.block_until_ready(state[0][3])
        jax.block_until_ready(state[0][0])
    return update


if __name__ == "__main__":
    common.main(sys.modules[__name__])
