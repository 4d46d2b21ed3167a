"""Times an update here and in the peers, in turns, and prints a table of medians.

    compare.py [--rounds 5] [--sizes 50,100,256,512,1000] [--peers numpy,jax,torch] [--gate 0.7]

With --gate the exit status is 1 where the best round stays below that part of
what is asked for (LEAST and RATIOS); rounds end as soon as nothing does.
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

# At least: share of the multiply-add peak, and times faster than the fastest peer.
LEAST = {50: (0.40, 4.5), 100: (0.52, 3.3), 256: (0.56, 1.9), 512: (0.52, 1.1), 1000: (0.54, 1.0)}
# BenchmarkRatio: the least, or the most where the second number is -1.
RATIOS = {
    "one-thread-to-two,n=100": (1.6, 1), "one-thread-to-two,n=256": (1.6, 1),
    "noise-to-none,n=50": (1.25, -1), "lstm-to-basic,n=50": (4.5, -1),
    "active-to-decaying-states,avx512": (0.8, 1), "active-to-decaying-gradients,avx512": (0.8, 1),
    "active-to-decaying-states,avx2": (0.8, 1), "active-to-decaying-gradients,avx2": (0.8, 1),
}


def benchmark(binary, pattern, *flags):
    return subprocess.run([binary, "-test.run", "^$", "-test.bench", pattern, *flags],
                          check=True, capture_output=True, text=True, cwd=os.path.join(ROOT, "internal", "train")).stdout


def ratios(binary):
    """One run of BenchmarkRatio: {name: times}."""
    text = benchmark(binary, "Ratio$", "-test.benchtime", "1x")
    return {name: float(times) for name, times in re.findall(r"Ratio/(\S+?)(?:-\d+)?\s+\d+\s.*?([\d.]+) times", text)}


def ours(binary, sizes):
    """One run of BenchmarkUpdate: {n: (ms, share of the multiply-add peak)}."""
    pattern = "Update$/^n=(%s)$" % "|".join(map(str, sizes))
    text = benchmark(binary, pattern, "-test.benchtime", "1s")
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
    p.add_argument("--gate", type=float)
    a = p.parse_args()
    sizes, peers = [int(s) for s in a.sizes.split(",")], a.peers.split(",")
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "train.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "./internal/train"], check=True, cwd=ROOT)
        rounds = []
        for _ in range(a.rounds):
            one = {"ours": ours(binary, sizes), "ratios": ratios(binary)}
            for name in peers:
                for threads in (1, 2):
                    one["%s %d" % (name, threads)] = peer(name, threads, sizes)
            rounds.append(one)
            if a.gate and not low(a.gate, rounds, sizes, peers):
                break
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
    print()
    for name, (bound, sign) in known(rounds):
        print("%s: %.2f (%s %.2f)" % (name, middle(lambda r: r["ratios"][name]), "at least" if sign > 0 else "at most", bound))
    if a.gate:
        missed = low(a.gate, rounds, sizes, peers)
        for line in missed:
            print("too slow: " + line, file=sys.stderr)
        sys.exit(1 if missed else 0)


def known(rounds):
    """The ratios that this processor has the kernels for."""
    return [(name, bound) for name, bound in RATIOS.items() if all(name in r["ratios"] for r in rounds)]


def low(part, rounds, sizes, peers):
    """What stays below the part of what is asked for, in the best round."""
    lines = []
    for n in sizes:
        share = max(r["ours"][n][1] for r in rounds)
        times = max(min(r["%s %d" % (name, t)][n] for name in peers for t in (1, 2)) / r["ours"][n][0] for r in rounds)
        for what, value, least in (("share of peak", share, LEAST[n][0]), ("times faster", times, LEAST[n][1])):
            if value < part * least:
                lines.append("n=%d: %s %.2f, below %.2f of %.2f" % (n, what, value, part, least))
    for name, (bound, sign) in known(rounds):
        best = max(sign * r["ratios"][name] for r in rounds)
        if best < (part * bound if sign > 0 else -bound / part):
            lines.append("%s: %.2f against %.2f" % (name, sign * best, bound))
    return lines


if __name__ == "__main__":
    main()
