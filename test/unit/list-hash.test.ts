// The hash of a list: commitments, leaves, the tree and its paths against a plain reading of RFC
// 6962, and the two programs in docs by which anybody compares a full copy with a public one.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import serialize from "canonicalize";
import { test } from "tap";
import type { Leaf, Opening } from "../../src/domain/distribution/list-hash.ts";
import { hashList } from "../support/list-hash.ts";
import {
  commitment,
  leafText,
  listHash,
  manifestText,
  shown,
} from "../../src/domain/distribution/list-hash.ts";
import type { KeptTree } from "../../src/domain/distribution/merkle.ts";
import {
  chunkLeaves,
  chunkOf,
  inclusionPath,
  isIncluded,
  rootOfTree,
  treeBuilder,
} from "../../src/domain/distribution/merkle.ts";
import { projectRoot } from "../../src/root.ts";

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** MTH as RFC 6962 §2.1 writes it. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (leaves.length === 1) return sha256("\0", first as Buffer);
  const half = split(leaves.length);
  return sha256("\u0001", treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half)));
}

/** PATH as RFC 6962 §2.1.1 writes it. */
function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const half = split(leaves.length);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  if (index < half) return [...pathOf(index, left), treeHash(right)];
  return [...pathOf(index - half, right), treeHash(left)];
}

/** The largest power of two below a number. */
function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

const leavesOf = (size: number) =>
  Array.from({ length: size }, (_, at) => Buffer.from(`leaf ${at}`));

function treeOf(leaves: readonly Buffer[]): KeptTree {
  const builder = treeBuilder();
  for (const leaf of leaves) builder.add(leaf);
  return builder.finish();
}

function chunk(leaves: readonly Buffer[], index: number): Buffer[] {
  const { first, count } = chunkOf(leaves.length, index);
  return leaves.slice(first, first + count);
}

void test("the tree of a list", (t) => {
  for (let size = 1; size <= 70; size++) {
    const leaves = leavesOf(size);
    const tree = treeOf(leaves);
    const root = rootOfTree(tree);
    if (!root.equals(treeHash(leaves))) t.fail(`root of ${size}`);
    for (const [index, leaf] of leaves.entries()) {
      const path = inclusionPath(tree, index, leaves);
      if (!Buffer.concat(path).equals(Buffer.concat(pathOf(index, leaves))))
        t.fail(`path of ${index} of ${size}`);
      if (!isIncluded(leaf, index, size, path, root)) t.fail(`proof of ${index} of ${size}`);
      const other = (index + 1) % size;
      if (other !== index && isIncluded(leaf, other, size, path, root))
        t.fail(`${index} of ${size} stands at ${other}`);
    }
  }
  t.pass("has the root and the paths of RFC 6962, of 1 to 70 lines");

  for (const size of [255, 256, 257, 511, 512, 513, 768, 1000, 1281]) {
    const leaves = leavesOf(size);
    const tree = treeOf(leaves);
    const root = rootOfTree(tree);
    t.ok(root.equals(treeHash(leaves)), `root of ${size}`);
    for (const index of [0, 1, 255, 256, 511, 512, size - 2, size - 1]) {
      if (index >= size) continue;
      const path = inclusionPath(tree, index, chunk(leaves, index));
      t.strictSame(path, pathOf(index, leaves), `path of ${index} of ${size}`);
      t.ok(isIncluded(leaves[index] as Buffer, index, size, path, root));
    }
  }
  t.equal(chunkLeaves, 256);
  t.throws(() => treeBuilder().finish(), /has a line/, "is not of no lines");
  t.end();
});

void test("a proof", (t) => {
  const leaves = leavesOf(300);
  const tree = treeOf(leaves);
  const root = rootOfTree(tree);
  const path = inclusionPath(tree, 299, chunk(leaves, 299));
  const leaf = leaves[299] as Buffer;
  t.equal(isIncluded(leaf, 299, 300, path, root), true);
  t.equal(isIncluded(Buffer.from("other"), 299, 300, path, root), false, "is of its leaf");
  t.equal(isIncluded(leaf, 299, 300, path.slice(1), root), false, "is whole");
  t.equal(isIncluded(leaf, 299, 300, [...path, Buffer.alloc(32)], root), false, "has no more");
  t.equal(isIncluded(leaf, 299, 300, [Buffer.alloc(31), ...path.slice(1)], root), false);
  for (const [index, size] of [
    [300, 300],
    [-1, 300],
    [0.5, 300],
    [0, 0],
    [0, Number.NaN],
  ] as const)
    t.equal(isIncluded(leaf, index, size, path, root), false, `not ${index} of ${size}`);
  const alone = rootOfTree(treeOf([leaf]));
  t.equal(isIncluded(leaf, 0, 1, [], alone), true, "of one line is empty");
  t.equal(isIncluded(leaf, 0, 2, [], alone), false, "ends at the root of its size");
  t.throws(() => inclusionPath(tree, 299, chunk(leaves, 0)), /of the chunk/);
  const others = chunk(leaves, 299).map(() => Buffer.from("other"));
  t.throws(() => inclusionPath(tree, 299, others), /was built of/, "needs the leaves of the tree");
  t.end();
});

void test("a masked name", async (t) => {
  const names = JSON.parse(
    await readFile(join(projectRoot, "test/golden/distribution/names.json"), "utf8"),
  ) as { name: string; shown: string; isOrganisation: boolean }[];
  for (const { name, shown: masked, isOrganisation } of names)
    t.equal(shown(name, isOrganisation), masked, masked);
  t.equal(shown("", false), "");
});

const opening = (line: number, name: string): Opening => ({
  account: `622300000000000${line}`,
  holder: name,
  household: `53042400100100${line}`,
  name,
  person: "",
  salt: sha256(String(line)).toString("hex").slice(0, 32),
  status: "脱贫户",
});

/** Names that a canonical encoding could get wrong; the last two are one name, coded twice. */
const names = ["王秀英", "𠮷杰娟", 'a"b\\c', "tab\tdel\u007f\u0001/<", "\\u007f", "é", "e\u0301"];

function listOf(size: number) {
  const lines = Array.from({ length: size }, (_, at) => {
    const line = at + 1;
    const kept = opening(line, names[at % names.length] as string);
    const leaf: Leaf = {
      amount: `${line}.0${line % 10}`,
      commit: commitment(kept),
      line,
      shown: shown(kept.name, false),
      village: "宁州街道王马社区",
    };
    return { kept, leaf };
  });
  const { manifest, hash, tree } = hashList(
    "JH-1",
    2,
    lines.map(({ leaf }) => leaf),
  );
  const copy = { ...manifest, hash };
  return {
    tree,
    hash,
    manifest,
    full: { ...copy, lines: lines.map(({ kept, leaf }) => ({ ...kept, ...leaf })) },
    public: { ...copy, lines: lines.map(({ leaf }) => leaf) },
  };
}

void test("the hash of a list", (t) => {
  const { hash, manifest, full } = listOf(7);
  const leaves = full.lines.map(({ amount, commit, line, shown: masked, village }) =>
    Buffer.from(serialize({ village, shown: masked, line, commit, amount }) ?? ""),
  );
  const root = treeHash(leaves).toString("hex");
  const sum = "28.28";
  t.strictSame(manifest, { count: 7, plan: "JH-1", root, sum, version: 2 });
  const text = `{"count":7,"plan":"JH-1","root":"${root}","sum":"28.28","version":2}`;
  t.equal(manifestText(manifest), text);
  t.equal(hash, sha256(text).toString("hex"));
  t.equal(hash, listHash(manifest));
  for (const { account, holder, household, name, person, salt, status, commit } of full.lines) {
    const kept = { status, salt, person, name, household, holder, account };
    t.equal(commit, sha256(serialize(kept) ?? "").toString("hex"), "commits to what is kept");
  }
  t.not(commitment(opening(1, "é")), commitment(opening(1, "e\u0301")), "without normalisation");
  const more = { ...(full.lines[0] as Leaf), account: "6223", name: "王秀英" };
  t.equal(leafText(more), leafText(full.lines[0] as Leaf), "a leaf has its own members alone");
  t.throws(() => hashList("JH-1", 1, []), /has a line/);
  t.throws(() => hashList("JH-1", 1, [full.lines[1] as Leaf]), /numbered from 1/);
  t.end();
});

const programs = [
  { file: "list-check.py", needs: ["python3"] },
  { file: "list-check.sh", needs: ["bash", "jq", "sha256sum"] },
];

function isThere(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

for (const { file, needs } of programs) {
  const missing = needs.filter((program) => !isThere(program));
  const skip = missing.length > 0 && `${missing.join(" and ")} not here`;
  void test(`docs/${file}`, { skip }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "list-check-"));
    t.teardown(() => rm(folder, { recursive: true }));
    const [full, other] = [join(folder, "full.json"), join(folder, "public.json")];
    const write = async (list: ReturnType<typeof listOf>): Promise<void> => {
      await writeFile(full, JSON.stringify(list.full));
      await writeFile(other, JSON.stringify(list.public));
    };
    const check = () =>
      spawnSync(join(projectRoot, "docs", file), [full, other], { encoding: "utf8" });
    for (const size of [1, 2, 7]) {
      const list = listOf(size);
      await write(list);
      const said = execFileSync(join(projectRoot, "docs", file), [full, other]).toString();
      t.match(said, `one list: ${size} lines`, `says so of ${size} lines`);
      t.match(said, list.hash);
    }
    const list = listOf(5);
    const [first, second, ...rest] = list.full.lines;
    if (first === undefined || second === undefined) throw new Error("a list of five");
    const published = list.public.lines;
    const tampered: [string, RegExp, Partial<typeof list>][] = [
      [
        "a whole name changed",
        /line 1 is not what its commit says/,
        {
          full: { ...list.full, lines: [{ ...first, name: "李四" }, second, ...rest] },
        },
      ],
      [
        "an amount changed",
        /full: .*(count|sum)/,
        {
          full: { ...list.full, lines: [first, { ...second, amount: "9.99" }, ...rest] },
        },
      ],
      [
        "a line taken out",
        /public: (count|count, sum or root) is/,
        {
          public: { ...list.public, lines: published.slice(0, 4) },
        },
      ],
      [
        "two lines changed places",
        /public: .*root/,
        {
          public: {
            ...list.public,
            lines: [second, first, ...rest].map(
              ({ amount, commit, line, shown: masked, village }) => ({
                amount,
                commit,
                line,
                shown: masked,
                village,
              }),
            ),
          },
        },
      ],
      [
        "an account made public",
        /more than its leaf/,
        {
          public: { ...list.public, lines: list.full.lines },
        },
      ],
      [
        "a hash of another list",
        /public: hash is/,
        {
          public: { ...list.public, hash: "0".repeat(64) },
        },
      ],
      ["another version", /differ/, { public: listOf(4).public }],
    ];
    for (const [what, says, part] of tampered) {
      await write({ ...list, ...part });
      const { status, stdout } = check();
      t.equal(status, 1, what);
      t.match(stdout, says, what);
    }
  });
}
