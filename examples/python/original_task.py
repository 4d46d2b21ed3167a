"""Supplies psychrnn with trials of a Task of the original PsychRNN: kind: command."""
import io
import json
import sys

import numpy as np
from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination  # or your own

answers, sys.stdout = sys.stdout.buffer, sys.stderr  # a stray print does no harm


def tell(line, content=b""):
    answers.write(json.dumps(line).encode() + b"\n" + content)
    answers.flush()


told = json.loads(sys.stdin.readline())
task = PerceptualDiscrimination(dt=told["dt"], tau=told["tau"], T=told["T"], N_batch=told["N_batch"])
tell({"N_in": task.N_in, "N_out": task.N_out, "T": task.T, "dt": task.dt, "addressed": True})

for line in sys.stdin:
    asked = json.loads(line)
    # The same request gets the same trials, so a run can go on where it was interrupted.
    address = [asked["seed"], asked["stage"], asked["first"], *asked["purpose"].encode()]
    np.random.seed(np.random.SeedSequence(address).generate_state(8))
    task.N_batch = asked["trials"]
    x, y, mask, trials = task.get_trial_batch()
    numbers = [name for name, v in trials[0].items() if np.isscalar(v) and not isinstance(v, str)]
    variables = {name: [t[name] for t in trials] for name in numbers}
    content = io.BytesIO()
    np.savez(content, x=x, y=y, mask=mask, **variables)
    tell({"bytes": content.getbuffer().nbytes}, content.getvalue())
