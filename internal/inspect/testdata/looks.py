"""Writes looks.json: what NumPy finds in golden weight files, for TestLook.

    python3 looks.py ../../../testdata/goldens > looks.json
"""
import json, sys
import numpy as np

FILES = """13_files/published_saved_weights.npz 13_files/head_initializer_file.npz 13_files/v1.0.0_dale_0.6.npz
13_files/v0.4_dale_0.5.npz 13_files/float16_W_in.npz 13_files/int_connectivity.npz 13_files/big_endian_f8_fortran.npz
02_basic_dale_masks_reg/after_1_updates.npz 06_lstm/after_1_updates.npz
07_feedforward/after_1_updates.npz 07b_feedforward_dale/after_1_updates.npz 11_dale_ratio_zero/weights_before.npz""".split()


def numbers(z):
    for k in z.files:
        try:
            a = z[k]
        except ValueError:
            continue
        if a.dtype.kind in "fiub":
            yield k, a.astype(np.float64)


def look(path):
    z = np.load(path, allow_pickle=False)
    a = dict(numbers(z))
    members = {k: dict(shape=list(v.shape), min=v.min(), max=v.max(), mean=v.mean(), zeros=int((v == 0).sum())) for k, v in a.items()}
    n = len(a["W_rec"])
    r = dict(kind="lstm" if "W_f" in a else "basic", units=n, inputs=a["input_connectivity"].shape[1], outputs=len(a["b_out"]), members=members)
    ratio = float(a.get("dale_ratio", 0.0))
    if r["kind"] == "lstm":
        return r
    masks = {k: float((v != 0).mean()) for k, v in a.items() if k.endswith("_connectivity")}
    w_in, m_in = "W_in", "input_connectivity"
    if "W_in_first" in a:
        r["feedforward_units"] = len(a["W_in_first"])
        del masks["input_connectivity"]
        w_in = None
    r["masks"] = masks
    r["autapses"] = int((np.diag(a["rec_connectivity"]) != 0).sum())
    effective, breaches = {}, []
    for w, m, d in ((w_in, m_in, None), ("W_rec", "rec_connectivity", "Dale_rec"), ("W_out", "output_connectivity", "Dale_out")):
        if w is None:
            continue
        e = a[w] * a[m]
        if ratio:
            e = np.abs(e)
            e = e @ a[d] if d else e
        for effect, where in (("flipped", np.sign(e) == -np.sign(a[w])), ("zeroed", e == 0)):
            where &= a[w] != 0
            if where.any():
                breaches.append(dict(member=w, effect=effect, count=int(where.sum()), first=[int(q) for q in np.argwhere(where)[0]]))
        effective[w] = e
    r["breaches"] = breaches
    values = np.linalg.eigvals(effective["W_rec"])
    values = values[np.lexsort((-values.imag, -values.real, -np.abs(values).round(9)))]
    r["spectral_radius"] = float(np.abs(values).max())
    r["eigenvalues"] = [[q.real, q.imag] for q in values[:6]]
    if ratio:
        signs = np.diag(a["Dale_rec"])
        r.update(dale_ratio=ratio, excitatory=int((signs > 0).sum()), inhibitory=int((signs < 0).sum()))
    return r


print("{" + ",\n".join(json.dumps(f) + ": " + json.dumps(look(sys.argv[1] + "/" + f)) for f in FILES) + "}")
