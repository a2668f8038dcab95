import type { HashedList, Leaf } from "../../src/domain/distribution/list-hash.ts";
import { listHasher } from "../../src/domain/distribution/list-hash.ts";

/** Hashes the leaves of a list that are all there, in order. */
export function hashList(plan: string, version: number, leaves: Iterable<Leaf>): HashedList {
  const hasher = listHasher(plan, version);
  for (const leaf of leaves) hasher.add(leaf);
  return hasher.finish();
}
