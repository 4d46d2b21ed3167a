"""Supplies psychrnn with trials of an environment of neurogym: kind: command."""
import io
import json
import random
import sys

import neurogym
import numpy as np

answers, sys.stdout = sys.stdout.buffer, sys.stderr  # a stray print does no harm


def tell(line, content=b""):
    answers.write(json.dumps(line).encode() + b"\n" + content)
    answers.flush()


told = json.loads(sys.stdin.readline())
env = neurogym.make(sys.argv[1], dt=told["dt"]).unwrapped
steps, n_in, n_out = int(np.ceil(told["T"] / told["dt"])), env.observation_space.shape[0], env.action_space.n
# psychrnn tries this: it asks for the same trials twice before it trains.
tell({"N_in": n_in, "N_out": int(n_out), "T": told["T"], "dt": told["dt"], "addressed": True})

for line in sys.stdin:
    asked = json.loads(line)
    # The same request gets the same trials, so a run can go on where it was interrupted.
    env = neurogym.make(sys.argv[1], dt=told["dt"]).unwrapped  # some remember the trials before
    address = [asked["seed"], asked["stage"], asked["first"], *asked["purpose"].encode()]
    number = int(np.random.SeedSequence(address).generate_state(1)[0])
    for seed in (env.seed, np.random.seed, random.seed):
        seed(number)
    x, y, mask = (np.zeros((asked["trials"], steps, n), "f4") for n in (n_in, n_out, n_out))
    trials = []
    for k in range(asked["trials"]):
        trials.append(env.new_trial())
        length = len(env.gt)  # of this trial; the rest of T does not count
        x[k, :length], y[k, np.arange(length), env.gt], mask[k, :length] = env.ob, 1, 1
    numbers = [name for name, v in trials[0].items() if np.isscalar(v) and not isinstance(v, str)]
    variables = {name: [t[name] for t in trials] for name in numbers}
    content = io.BytesIO()
    np.savez(content, x=x, y=y, mask=mask, **variables)
    tell({"number": asked["number"], "bytes": content.getbuffer().nbytes}, content.getvalue())
