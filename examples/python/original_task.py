"""Supplies psychrnn with trials of a Task of the original PsychRNN: kind: command."""
import io
import json
import random
import sys

import numpy as np
from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination  # or your own

answers, sys.stdout = sys.stdout.buffer, sys.stderr  # a stray print does no harm


def tell(line, content=b""):
    answers.write(json.dumps(line).encode() + b"\n" + content)
    answers.flush()


def seed(address):
    """Seeds numpy, random, and the generators that the task, its class and its module keep."""
    np.random.seed(np.random.SeedSequence(address).generate_state(8))
    random.seed(json.dumps(address))
    classes = type(task).__mro__
    places = [vars(task), *map(vars, classes), *(vars(sys.modules[c.__module__]) for c in classes)]
    kept = {id(g): g for place in places for g in place.values() if isinstance(g, (np.random.Generator, np.random.RandomState, random.Random))}
    for k, g in enumerate(kept.values(), start=1):
        own = np.random.SeedSequence([k, *address])
        if isinstance(g, np.random.Generator):
            g.bit_generator.state = type(g.bit_generator)(own).state
        elif isinstance(g, np.random.RandomState):
            g.seed(own.generate_state(8))
        else:
            g.seed(own.generate_state(8).tobytes())


told = json.loads(sys.stdin.readline())
task = PerceptualDiscrimination(dt=told["dt"], tau=told["tau"], T=told["T"], N_batch=told["N_batch"])
# psychrnn tries this: it asks for the same trials twice before it trains.
tell({"N_in": task.N_in, "N_out": task.N_out, "T": task.T, "dt": task.dt, "addressed": True})

for line in sys.stdin:
    asked = json.loads(line)
    # The same request gets the same trials, so a run can go on where it was interrupted.
    seed([asked["seed"], asked["stage"], asked["first"], *asked["purpose"].encode()])
    task.N_batch = asked["N_batch"]
    x, y, mask, trials = [], [], [], []
    for k in range(asked["trials"]):
        batch, trial = divmod(asked["trial"] + k, task.N_batch)
        trials.append(task.generate_trial_params(asked["batch"] + batch, trial))
        for arrays, array in zip((x, y, mask), task.generate_trial(trials[-1])):
            arrays.append(array)
    numbers = [name for name, v in trials[0].items() if np.isscalar(v) and not isinstance(v, str)]
    variables = {name: [t[name] for t in trials] for name in numbers}
    content = io.BytesIO()
    np.savez(content, x=x, y=y, mask=mask, **variables)
    tell({"number": asked["number"], "bytes": content.getbuffer().nbytes}, content.getvalue())
