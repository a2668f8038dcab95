#!/usr/bin/env python3
"""Proves that a full and a public copy of a list are one list: list-check.py FULL.json PUBLIC.json

The copies are what `sunshine list PLAN --copy full|public --json` answers. Everything is computed
anew: commitments, leaves, Merkle root (RFC 6962), hash, count and sum. What differs is printed.
"""
import hashlib
import json
import sys

LEAF = ("amount", "commit", "line", "shown", "village")
OPENING = ("account", "holder", "household", "name", "person", "salt", "status")


def canonical(record, names):
    chosen = {name: record[name] for name in names}
    return json.dumps(chosen, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(hashes[:half]) + root(hashes[half:])).digest()


def check(name, copy):
    lines = copy["lines"]
    leaves = [canonical(line, LEAF) for line in lines]
    fen = sum(int(line["amount"].replace(".", "")) for line in lines)
    own = {"count": len(lines), "plan": copy["plan"], "sum": f"{fen // 100}.{fen % 100:02}",
           "root": root([hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]).hex(),
           "version": copy["version"]}
    own["hash"] = hashlib.sha256(canonical(own, ("count", "plan", "root", "sum", "version"))).hexdigest()
    wrong = [f"{name}: {what} is {copy[what]}, computed {own[what]}"
             for what in ("count", "sum", "root", "hash") if copy[what] != own[what]]
    return wrong, own, leaves


full, public = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
wrong, own, leaves = check("full", full)
for line in full["lines"]:
    if hashlib.sha256(canonical(line, OPENING)).hexdigest() != line["commit"]:
        wrong.append(f"full: line {line['line']} is not what its commit says")
also, other, public_leaves = check("public", public)
wrong += also + [f"public: line {line['line']} has more than its leaf"
                 for line in public["lines"] if set(line) != set(LEAF)]
wrong += [f"line {at} differs" for at, pair in enumerate(zip(leaves, public_leaves), 1) if pair[0] != pair[1]]
wrong += [f"{what} differs: {own[what]}, {other[what]}" for what in own if own[what] != other[what]]
print("\n".join(wrong) or f"one list: {own['count']} lines, {own['sum']}, {own['hash']}")
sys.exit(1 if wrong else 0)
