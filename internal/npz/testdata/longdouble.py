"""Writes longdouble.npz: numbers of numpy.longdouble, and what NumPy makes of them in float64.

On x86 a longdouble has 80 bits in 16 bytes. Elsewhere it has 128 bits of IEEE 754 under the
same name, <f16; those are made here by whole-number arithmetic.
"""
import struct
from fractions import Fraction

import numpy as np

assert np.finfo(np.longdouble).nmant == 63, "to be run on x86"
rng = np.random.default_rng(14)
L = np.longdouble
numbers = [L(v) for v in (0.0, -0.0, 1.0, -2.5, 0.1, 1e-300, 1e300, np.inf, -np.inf, np.nan, 5e-324, 1e-310, np.pi)]
numbers += [L(1) / 3, L(2) / 3, 1 + L(2) ** -63, 1 + L(2) ** -53, 1 + L(2) ** -53 + L(2) ** -60, 1 + 3 * L(2) ** -53,
            L(2) ** 1024, L(2) ** 1024 - L(2) ** 960, L(10) ** 4000, L(10) ** -4000, L(2) ** -1074, L(3) * L(2) ** -1076]
numbers = np.array(numbers + list(rng.normal(size=23).astype(L) / 7))
garbage = numbers.copy()
garbage.view(np.uint8).reshape(-1, 16)[:, 10:] = rng.integers(0, 256, (len(numbers), 6))  # what padding may hold
assert np.array_equal(garbage, numbers, equal_nan=True)


def quad(x):
    """The 128 bits of a float64 divided by 7 (or as it is, where that is not finite), rounded to even."""
    sign = np.signbit(x).item() << 127
    if np.isnan(x):
        return sign | 0x7FFF << 112 | 1 << 111
    if np.isinf(x):
        return sign | 0x7FFF << 112
    value = abs(Fraction(x)) / 7
    if value == 0:
        return sign
    exponent = 0
    while value >= 2:
        value, exponent = value / 2, exponent + 1
    while value < 1:
        value, exponent = value * 2, exponent - 1
    fraction = round((value - 1) * 2**112)  # may carry into the exponent, as it should
    return sign | ((exponent + 16383) << 112) + fraction


def npy(descr, data, n):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({n},), }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data


with np.errstate(all="ignore"):
    doubles = np.array([0.0, -0.0, 7.0, 14.0, 0.7, -1e300, 1e-300, np.inf, -np.inf, np.nan, 3.0] + list(rng.normal(size=20)))
    small = np.array([7.0, 14.0, -3.5, 0.0])  # 1, 2 and -1/2 have no bits where the 80-bit form has its own
    arrays = {
        "plain": numbers, "garbage": garbage, "big_endian": numbers.astype(">f16"), "matrix": np.asfortranarray(numbers.reshape(6, 8)),
        "one": numbers[4], "zeros": np.zeros(3, L), "whole": np.array([1, 2, -3], L),
    }
    arrays |= {name + "_f8": a.astype("<f8") for name, a in arrays.items()}
    arrays |= {"quad_f8": np.array([float(Fraction(x) / 7) if np.isfinite(x) and x else x for x in doubles]), "small_f8": small / 7}
np.savez("longdouble.npz", **arrays)
for name, values in {"quad": doubles, "small": small}.items():
    with open(f"longdouble_{name}.npy", "wb") as f:
        f.write(npy("<f16", b"".join(quad(x).to_bytes(16, "little") for x in values), len(values)))
