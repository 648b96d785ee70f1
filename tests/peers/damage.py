#!/usr/bin/env python3
"""Damages files in many ways and has the program read each: it must come to an end, with an answer or a refusal.

    damage.py ACO FILE... [--count N] [--seed N]

A run may take four seconds and 2 GiB of memory; whatever the bytes say. Exit codes other than 0 and 2, signals and
panics that were not caught are failures: their bytes are kept under /tmp, and the program ends with 1.
"""
import argparse
import collections
import os
import random
import resource
import subprocess
import sys
import tempfile

MEMORY = 2 << 30


def damaged(rng, data):
    """Bytes that were cut, changed, moved, or made to claim more than there is; the end, which says most, most often."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4, 16])):
        at = rng.randrange(len(data)) if rng.random() < 0.5 else max(0, len(data) - 1 - int(rng.expovariate(1 / 600)))
        match rng.randrange(8):
            case 0:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                data[at] = rng.choice([0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)])
            case 2:
                data[at:at + 5] = b"\xff\xff\xff\xff\x0f"  # the largest number of thrift's
            case 3:
                data[at:at + 4] = rng.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1]).to_bytes(4, "little")
            case 4:
                del data[at:at + rng.randint(1, 64)]
            case 5:
                start = rng.randrange(len(data))
                data[at:at] = data[start:start + rng.randint(1, 64)]
            case 6:
                start = rng.randrange(len(data))
                piece = data[start:start + rng.randint(1, 64)]
                data[at:at + len(piece)] = piece
            case 7 if rng.random() < 0.1:
                del data[at:]
        if not data:
            data = bytearray(b"PAR1")
    return bytes(data)


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("aco")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    sources = []
    for file in options.files:
        with open(file, "rb") as stream:
            sources.append((os.path.splitext(file)[1], stream.read()))
    ends, failures = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.count):
            suffix, data = sources[number % len(sources)]
            path = os.path.join(folder, f"damaged{suffix}")
            with open(path, "wb") as stream:
                stream.write(damaged(rng, data))
            try:
                run = subprocess.run([options.aco, "list", "-q", "--threads", "1", path], capture_output=True, timeout=4,
                                     preexec_fn=limited)
                code, said = run.returncode, run.stderr.decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                code, said = "too long", ""
            is_refused = code == 2 and "error: " in said and "this should not happen" not in said
            ends[code] += 1
            if code != 0 and not is_refused:
                failures += 1
                kept = os.path.join(tempfile.gettempdir(), f"damaged-{options.seed}-{number}{suffix}")
                os.replace(path, kept)
                print(f"{kept}: {code}: {said[:300]}")
    print(", ".join(f"{count} ended with {code}" for code, count in sorted(ends.items(), key=str)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
