import { createHash } from "node:crypto";
import { canonical } from "../../encoding/canonical.ts";
import { fromUnits, toUnits } from "../decimal.ts";
import type { KeptTree } from "./merkle.ts";
import { rootOfTree, treeBuilder } from "./merkle.ts";

/** What a line keeps to itself: the members of its commitment (contract part 2, The list). */
export interface Opening {
  /** 银行账号 or `""`. */
  readonly account: string;
  /** 开户名, where empty the name. */
  readonly holder: string;
  /** 户编号 or 主体编号. */
  readonly household: string;
  readonly name: string;
  /** 人编号 or `""`. */
  readonly person: string;
  /** 32 hex digits, random to anybody without the list. */
  readonly salt: string;
  /** 户类型 or `""`. */
  readonly status: string;
}

/** What anybody may see of a line: the members of its leaf. */
export interface Leaf {
  /** Money. */
  readonly amount: string;
  /** {@link commitment} of what is kept. */
  readonly commit: string;
  /** From 1. */
  readonly line: number;
  /** The name as {@link shown}. */
  readonly shown: string;
  /** 乡 + 行政村 as recorded, an organisation's 行政区划. */
  readonly village: string;
}

/** What the hash of a list is of. */
export interface Manifest {
  readonly count: number;
  readonly plan: string;
  /** {@link KeptTree} of the leaves, hex. */
  readonly root: string;
  /** Money. */
  readonly sum: string;
  readonly version: number;
}

/** The hash that a leaf holds of what its line keeps to itself, hex. */
export function commitment(opening: Opening): string {
  const { account, holder, household, name, person, salt, status } = opening;
  return sha256(canonical({ account, holder, household, name, person, salt, status }));
}

/** A leaf as it is hashed: canonical JSON (RFC 8785), no Unicode normalisation. */
export function leafText({ amount, commit, line, shown, village }: Leaf): string {
  return canonical({ amount, commit, line, shown, village });
}

/** A manifest as it is hashed. */
export function manifestText({ count, plan, root, sum, version }: Manifest): string {
  return canonical({ count, plan, root, sum, version });
}

/** 清单哈希, hex. */
export function listHash(manifest: Manifest): string {
  return sha256(manifestText(manifest));
}

/**
 * A name as everybody may see it: its first character and a `*` for each further one, by code
 * points; a name of one character is `*`, and an organisation's name stays as it is.
 */
export function shown(name: string, isOrganisation: boolean): string {
  if (isOrganisation) return name;
  const [first = "", ...others] = Array.from(name);
  return others.length === 0 ? "*".repeat(first === "" ? 0 : 1) : first + "*".repeat(others.length);
}

/** A list hashed, and the tree that paths of its lines are made from. */
export interface HashedList {
  readonly manifest: Manifest;
  /** 清单哈希. */
  readonly hash: string;
  readonly tree: KeptTree;
}

/** Hashes the leaves of a list, which are added in their order. */
export interface ListHasher {
  /** Throws where a leaf is not numbered by its place. */
  add(leaf: Leaf): void;
  /** Throws where there is no leaf. */
  finish(): HashedList;
}

/** A hasher that remembers nothing of the leaves but hashes of chunks. */
export function listHasher(plan: string, version: number): ListHasher {
  const builder = treeBuilder();
  let count = 0;
  let fen = 0n;
  return {
    add: (leaf) => {
      count += 1;
      if (leaf.line !== count) throw new Error("lines are numbered from 1 in their order");
      fen += toUnits(leaf.amount, 2);
      builder.add(Buffer.from(leafText(leaf)));
    },
    finish: () => {
      const tree = builder.finish();
      const root = rootOfTree(tree).toString("hex");
      const manifest = { count, plan, root, sum: fromUnits(fen, 2), version };
      return { manifest, hash: listHash(manifest), tree };
    },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
