"""Ten updates by TensorFlow's own optimizers, by Keras's AdamW, and what
TensorFlow's clipping and learning-rate decays give: optimizers.npz beside this
file. Made with tensorflow-cpu 2.21.0 and keras 3.15.1 (TensorFlow's kernels for
compat.v1 are those of TensorFlow 1):

    python make.py
"""
import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
UPDATES, SIZES, RATE = 10, {"a": (7, 5), "b": (6,)}, 0.01

# TensorFlow rounds settings given as Python numbers to float32, whatever the
# variables are, so they are given as tensors (x) in the variables' type.
OPTIMIZERS = {
    "adam": lambda x: v1.train.AdamOptimizer(x(RATE), x(0.9), x(0.999), x(1e-8)),
    "adam_settings": lambda x: v1.train.AdamOptimizer(x(RATE), x(0.8), x(0.95), x(1e-3)),
    "sgd": lambda x: v1.train.GradientDescentOptimizer(x(RATE)),
    "momentum": lambda x: v1.train.MomentumOptimizer(x(RATE), x(0.9)),
    "nesterov": lambda x: v1.train.MomentumOptimizer(x(RATE), x(0.9), use_nesterov=True),
    "rmsprop": lambda x: v1.train.RMSPropOptimizer(x(RATE), x(0.9), x(0.0), x(1e-10)),
    "rmsprop_settings": lambda x: v1.train.RMSPropOptimizer(x(RATE), x(0.7), x(0.6), x(1e-2)),
    "adagrad": lambda x: v1.train.AdagradOptimizer(x(RATE)),
    "adagrad_settings": lambda x: v1.train.AdagradOptimizer(x(RATE), initial_accumulator_value=0.5),
}

KERAS = {
    "adamw": lambda x: keras.optimizers.AdamW(RATE, weight_decay=x(0.004), beta_1=x(0.9), beta_2=x(0.999), epsilon=x(1e-7)),
    "adamw_settings": lambda x: keras.optimizers.AdamW(RATE, weight_decay=x(0.1), beta_1=x(0.8), beta_2=x(0.95), epsilon=x(1e-3)),
}

CLIPS = {
    "norm": lambda gs: [tf.clip_by_norm(g, 1.0) for g in gs],
    "global_norm": lambda gs: tf.clip_by_global_norm(gs, 1.0)[0],
    "value": lambda gs: [tf.clip_by_value(g, -0.1, 0.1) for g in gs],
}

RATES = {
    "exponential": lambda step: v1.train.exponential_decay(RATE, step, 7, 0.5),
    "step": lambda step: v1.train.exponential_decay(RATE, step, 7, 0.5, staircase=True),
    "cosine": lambda step: v1.train.cosine_decay(RATE, step, 13, alpha=0.25),
}


def gradients(name, shape, dtype):
    """Of very different sizes, with zeros among them."""
    random = np.random.RandomState(len(shape))
    g = random.randn(UPDATES, *shape) * 10.0 ** random.randint(-4, 2, (UPDATES,) + shape)
    g[random.rand(*g.shape) < 0.1] = 0
    return g.astype(np.float32).astype(dtype)


def tensorflow1(make, start, g):
    with tf.Graph().as_default(), v1.Session() as session:
        variables = [v1.get_variable(k, initializer=start[k]) for k in SIZES]
        feeds = [v1.placeholder(v.dtype.base_dtype, v.shape) for v in variables]
        optimizer = make(lambda x: tf.constant(x, variables[0].dtype.base_dtype))
        step = optimizer.apply_gradients(list(zip(feeds, variables)))
        session.run(v1.global_variables_initializer())
        history = []
        for u in range(UPDATES):
            session.run(step, {f: g[k][u] for f, k in zip(feeds, SIZES)})
            history.append(session.run(variables))
        slots = {}
        for v in v1.global_variables():
            if "/" in v.op.name:
                slots[v.op.name] = session.run(v)
        return history, slots


def with_keras(make, start, g):
    variables = [keras.Variable(start[k], dtype=start[k].dtype.name, name=k) for k in SIZES]
    optimizer = make(lambda x: tf.constant(x, start["a"].dtype))
    history = []
    for u in range(UPDATES):
        optimizer.apply([tf.constant(g[k][u]) for k in SIZES], variables)
        history.append([v.numpy().copy() for v in variables])
    return history, {}


def check_defaults():
    """The defaults spelt out above are the packages' own."""
    adam, rmsprop, adagrad = v1.train.AdamOptimizer(), v1.train.RMSPropOptimizer(RATE), v1.train.AdagradOptimizer(RATE)
    assert (adam._beta1, adam._beta2, adam._epsilon) == (0.9, 0.999, 1e-8)
    assert (rmsprop._decay, rmsprop._momentum, rmsprop._epsilon) == (0.9, 0.0, 1e-10)
    assert adagrad._initial_accumulator_value == 0.1
    adamw = keras.optimizers.AdamW()
    assert (adamw.weight_decay, adamw.beta_1, adamw.beta_2, adamw.epsilon) == (0.004, 0.9, 0.999, 1e-7)


check_defaults()
out = {}
for dtype in (np.float32, np.float64):
    prefix = np.dtype(dtype).name + "/"
    keras.backend.set_floatx(np.dtype(dtype).name)
    start = {k: np.random.RandomState(5).randn(*s).astype(np.float32).astype(dtype) for k, s in SIZES.items()}
    g = {k: gradients(k, s, dtype) for k, s in SIZES.items()}
    for k in SIZES:
        out[prefix + "start/" + k], out[prefix + "gradients/" + k] = start[k], g[k]
    for name, (run, make) in {**{n: (tensorflow1, m) for n, m in OPTIMIZERS.items()}, **{n: (with_keras, m) for n, m in KERAS.items()}}.items():
        history, slots = run(make, start, g)
        for i, k in enumerate(SIZES):
            out[f"{prefix}{name}/{k}"] = np.stack([h[i] for h in history])
        for slot, value in slots.items():
            out[f"{prefix}{name}/slots/{slot}"] = value
    for name, clip in CLIPS.items():
        for u in range(UPDATES):
            for k, value in zip(SIZES, clip([tf.constant(g[k][u]) for k in SIZES])):
                out.setdefault(f"{prefix}clip_{name}/{k}", []).append(value.numpy())
with tf.Graph().as_default(), v1.Session() as session:
    for name, rate in RATES.items():
        out["rate_" + name] = np.array([session.run(rate(tf.constant(u, tf.float64))) for u in range(30)], np.float64)
np.savez(os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.npz"), **{k: np.asarray(v) for k, v in out.items()})
print(len(out), "arrays")
