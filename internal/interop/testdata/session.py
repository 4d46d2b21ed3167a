"""Answers many requests to the original package in one process, since loading
it takes seconds. The argument is the oracle script; a line of standard input is
the JSON list of its arguments, a line of standard output what it prints."""
import contextlib
import importlib.util
import io
import json
import sys

sys.dont_write_bytecode = True  # nothing is left beside the script
spec = importlib.util.spec_from_file_location("oracle", sys.argv[1])
oracle = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oracle)
tensorflow = oracle.tensorflow()
for line in sys.stdin:
    sys.argv = ["oracle"] + json.loads(line)
    tensorflow.compat.v1.reset_default_graph()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            oracle.main()
        except SystemExit:
            pass
    print((said.getvalue().splitlines() or ['{"error": "no answer"}'])[-1], flush=True)
