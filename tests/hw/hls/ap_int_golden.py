#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes ap_int_golden.inc: digests of ap_int results from Python's integers and the width rules of UG1399.

Run: python3 tests/hw/hls/ap_int_golden.py > tests/hw/hls/ap_int_golden.inc
"""

PAIRS = [
    # width, signed, width, signed
    (1, 0, 1, 0), (1, 1, 1, 1), (1, 1, 1, 0), (1, 0, 64, 1), (8, 1, 8, 0), (31, 1, 16, 0), (32, 0, 8, 1), (32, 1, 32, 0),
    (63, 0, 64, 1), (64, 0, 64, 0), (64, 1, 64, 1), (64, 1, 65, 1), (64, 0, 63, 1), (65, 0, 64, 0),
    (65, 1, 65, 0), (65, 1, 1, 0), (128, 0, 128, 0), (128, 1, 128, 1), (512, 1, 512, 1),
    (512, 0, 512, 0), (4096, 1, 4096, 1), (4096, 0, 512, 1),
]
ROUNDS = 12
M64 = (1 << 64) - 1


class Random:
    """splitmix64"""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & M64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
        return z ^ (z >> 31)

    def bits(self, width):
        mode = self.next() % 8
        value = sum(self.next() << (64 * i) for i in range((width + 63) // 64)) & ((1 << width) - 1)
        ones = (1 << width) - 1
        return [0, ones, 1 << (width - 1), ones >> 1, value & 0xFF, value | (ones & ~0x3F), value, value][mode]


def wrap(value, width, signed):
    value &= (1 << width) - 1
    return value - (1 << width) if signed and value >> (width - 1) else value


def digest(h, value, width, signed):
    def mix(h, word):
        return ((h ^ word) * 0x100000001B3) & M64

    h = mix(mix(h, width), int(signed))
    value &= (1 << width) - 1
    for i in range((width + 63) // 64):
        h = mix(h, (value >> (64 * i)) & M64)
    return h


def quotient(a, b):
    q = abs(a) // abs(b)
    return -q if (a < 0) != (b < 0) else q


def results(a, w1, s1, b, w2, s2):
    """name -> (value, width, signed) or None where there is no result"""
    joined = max(w1 + (s2 and not s1), w2 + (s1 and not s2))
    either = s1 or s2
    x, y = a, b
    ex, ey = a, b
    unsigned_width = w2 if s1 else w1
    if s1 != s2 and max(w1, w2) >= 32 and unsigned_width >= (w1 if s1 else w2):
        x, y = a % (1 << (unsigned_width + 1)), b % (1 << (unsigned_width + 1))
        ex, ey = a % (1 << unsigned_width), b % (1 << unsigned_width)
    divides = b != 0 and not (s1 and not s2 and w2 > w1)
    count = (b % (1 << w2)) % (w1 + 9)
    return {
        "add": (a + b, joined + 1, either), "sub": (a - b, joined + 1, True), "mul": (a * b, w1 + w2, either),
        "div": (quotient(a, b), w1 + s2, either) if divides else None,
        "mod": (a - quotient(a, b) * b, min(w1, w2 + (not s2 and s1)), s1) if divides else None,
        "and": (a & b, joined, either), "or": (a | b, joined, either), "xor": (a ^ b, joined, either),
        "eq": (ex == ey, 1, False), "ne": (ex != ey, 1, False), "lt": (x < y, 1, False), "le": (x <= y, 1, False),
        "gt": (x > y, 1, False), "ge": (x >= y, 1, False),
        "shl": (a << count, w1, s1), "shr": (a >> count, w1, s1),
        "neg": (-a, max(w1, 1 + s1) + 1, True), "not": (~a, w1, s1),
        "add_assign": (a + b, w1, s1), "sub_assign": (a - b, w1, s1), "mul_assign": (a * b, w1, s1),
        "convert": (a, w2, s2), "parity": (bin(a & ((1 << w1) - 1)).count("1") & 1, 1, False),
        "reverse": (int(f"{a & ((1 << w1) - 1):0{w1}b}"[::-1], 2), w1, s1),
        "zeros": (w1 - (a & ((1 << w1) - 1)).bit_length(), 32, True),
        "range": ((a & ((1 << w1) - 1)) >> (count % w1), w1, False),
        "concat": (((a & ((1 << w1) - 1)) << w2) | (b & ((1 << w2) - 1)), w1 + w2, False),
        "decimal": (sum((ord(c) - 40) * 131 ** i for i, c in enumerate(str(a))), 64, False),
    }


def main():
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Written by tests/hw/hls/ap_int_golden.py; do not edit.")
    for w1, s1, w2, s2 in PAIRS:
        random = Random(w1 * 8192 * 4 + w2 * 4 + s1 * 2 + s2)
        digests = {}
        for _ in range(ROUNDS):
            a = wrap(random.bits(w1), w1, s1)
            b = wrap(random.bits(w2), w2, s2)
            for name, result in results(a, w1, bool(s1), b, w2, bool(s2)).items():
                digests.setdefault(name, 0xCBF29CE484222325)
                if result is not None:
                    digests[name] = digest(digests[name], int(result[0]), int(result[1]), bool(result[2]))
        for name, value in digests.items():
            if name in ("div", "mod") and s1 and not s2 and w2 > w1:
                continue
            # clang takes minutes to compile the widest products
            slow = "_SLOW" if name.startswith("mul") and w1 + w2 > 1100 else ""
            print(f"VIREO_GOLDEN{slow}({w1}, {s1}, {w2}, {s2}, {name}, 0x{value:016x})")


if __name__ == "__main__":
    main()
