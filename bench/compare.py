"""Times an update here and in the peers, in turns, and prints a table of medians.

    compare.py [--rounds 5] [--sizes 50,100,256,512,1000] [--peers numpy,jax,torch] [--json FILE]
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GOLDEN = os.path.join(ROOT, "testdata", "goldens", "01_basic_plain")


def ours(binary, sizes):
    """One run of BenchmarkUpdate: {n: (ms, share of the multiply-add peak)}."""
    pattern = "Update$/^n=(%s)$" % "|".join(map(str, sizes))
    text = subprocess.run([binary, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", "1s"],
                          check=True, capture_output=True, text=True, cwd=os.path.join(ROOT, "internal", "train")).stdout
    found = re.findall(r"n=(\d+)-?\d*\s+\d+\s+([\d.]+) ns/op.*?([\d.]+) of-peak", text)
    return {int(n): (float(ns) / 1e6, float(share)) for n, ns, share in found}


def peer(name, threads, sizes):
    """One run of a peer: {n: ms}."""
    env = dict(os.environ)
    for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        env[key] = str(threads)
    text = subprocess.run([sys.executable, os.path.join(ROOT, "bench", "peers", name + "_peer.py"), GOLDEN] + [str(n) for n in sizes],
                          check=True, capture_output=True, text=True, env=env).stdout
    return {int(k): v for k, v in json.loads(text.strip().splitlines()[-1]).items() if k != "agreement"}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--sizes", default="50,100,256,512,1000")
    p.add_argument("--peers", default="numpy,jax,torch")
    p.add_argument("--json")
    a = p.parse_args()
    sizes, peers = [int(s) for s in a.sizes.split(",")], a.peers.split(",")
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "train.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "./internal/train"], check=True, cwd=ROOT)
        rounds = []
        for _ in range(a.rounds):
            one = {"ours": ours(binary, sizes)}
            for name in peers:
                for threads in (1, 2):
                    one["%s %d" % (name, threads)] = peer(name, threads, sizes)
            rounds.append(one)
    middle = lambda get: statistics.median(get(r) for r in rounds)
    print("| | " + " | ".join("n=%d" % n for n in sizes) + " |")
    print("| --- |" + " --- |" * len(sizes))
    row = lambda title, cells: print("| %s | %s |" % (title, " | ".join(cells)))
    ms = {n: middle(lambda r: r["ours"][n][0]) for n in sizes}
    share = {n: middle(lambda r: r["ours"][n][1]) for n in sizes}
    row("this program, ms", ["%.2f" % ms[n] for n in sizes])
    row("share of the multiply-add peak", ["%.2f" % share[n] for n in sizes])
    fastest = {n: float("inf") for n in sizes}
    for name in peers:
        best = {n: min(middle(lambda r: r["%s %d" % (name, t)][n]) for t in (1, 2)) for n in sizes}
        fastest = {n: min(fastest[n], best[n]) for n in sizes}
        row(name + ", ms", ["%.2f" % best[n] for n in sizes])
    times = {n: fastest[n] / ms[n] for n in sizes}
    row("times faster than the fastest of them", ["%.2f" % times[n] for n in sizes])
    if a.json:
        with open(a.json, "w") as f:
            json.dump({"share": share, "times": times, "ms": ms}, f)


if __name__ == "__main__":
    main()
