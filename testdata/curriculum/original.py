"""The documentation's comparison, by the original package: how many trials it
takes to reach nine right answers of ten, with a curriculum and without.

    python original.py FIRST_SEED LAST_SEED

prints a line of JSON for each training.
"""
import json
import os
import sys
import time

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from psychrnn.backend.curriculum import Curriculum
from psychrnn.backend.models.basic import Basic
from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination

BATCH, ITERS = 50, 50000


def trials(seed, coherences):
    tf.compat.v1.reset_default_graph()
    np.random.seed(seed)
    tf.compat.v1.set_random_seed(seed)
    tasks = [PerceptualDiscrimination(dt=10, tau=100, T=2000, N_batch=BATCH, coherence=c) for c in coherences]
    params = tasks[-1].get_task_params()
    params["name"], params["N_rec"] = "model%d" % seed, 50
    model = Basic(params)
    curriculum = Curriculum(tasks, thresholds=[0.9] * len(tasks), metric_epoch=1)
    model.train(tasks[0], {"curriculum": curriculum, "training_iters": ITERS, "verbosity": False})
    passed = curriculum.stage >= len(tasks)
    model.destruct()
    return BATCH * len(curriculum.metric_values), passed


for seed in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
    for name, coherences in (("with", [0.7, 0.5, 0.3, 0.1]), ("without", [0.1])):
        began = time.time()
        needed, passed = trials(seed, coherences)
        print(json.dumps({"curriculum": name, "seed": seed, "trials": needed, "passed": passed, "seconds": round(time.time() - began, 1)}), flush=True)
