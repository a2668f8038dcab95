import { createHash } from "node:crypto";

/**
 * The Merkle tree of RFC 6962 §2.1 over SHA-256. Split at powers of two it is the same tree as
 * this: neighbours are paired level by level, and a last one without a neighbour goes up as it is.
 */

const hashBytes = 32;
const [leafPrefix, nodePrefix] = [Uint8Array.of(0), Uint8Array.of(1)];

/** So many leaves are one chunk, whose hash is kept; a power of two. */
export const chunkLeaves = 256;

/**
 * A tree as it is kept: of 1,000,000 leaves 250 kB, and the path of any leaf from these and the
 * leaves of its chunk.
 */
export interface KeptTree {
  readonly size: number;
  /**
   * Hashes of 32 bytes each, one behind the other: first those of the chunks, the last of which may
   * have fewer leaves, then of each level above it; the last level is the root alone.
   */
  readonly levels: readonly Buffer[];
}

/** Takes leaves one by one, in order. */
export interface TreeBuilder {
  /** Adds a leaf, its bytes as they are. */
  add(leaf: Uint8Array): void;
  /** The tree of all leaves added, of which there must be one or more. */
  finish(): KeptTree;
}

/** A builder that remembers the hashes of one chunk and one hash for each chunk before it. */
export function treeBuilder(): TreeBuilder {
  let size = 0;
  const chunk = Buffer.alloc(chunkLeaves * hashBytes);
  let inChunk = 0;
  let chunks = Buffer.alloc(hashBytes * 16);
  let chunkCount = 0;
  const endChunk = (): void => {
    if (inChunk === 0) return;
    if ((chunkCount + 1) * hashBytes > chunks.length) {
      const larger = Buffer.alloc(chunks.length * 2);
      chunks.copy(larger);
      chunks = larger;
    }
    const hashes = chunk.subarray(0, inChunk * hashBytes);
    rootOf(levelsAbove(hashes)).copy(chunks, chunkCount * hashBytes);
    chunkCount += 1;
    inChunk = 0;
  };
  return {
    add(leaf) {
      leafHash(leaf).copy(chunk, inChunk * hashBytes);
      size += 1;
      inChunk += 1;
      if (inChunk === chunkLeaves) endChunk();
    },
    finish() {
      if (size === 0) throw new Error("a list has a line");
      endChunk();
      const levels = levelsAbove(Buffer.from(chunks.subarray(0, chunkCount * hashBytes)));
      return { size, levels };
    },
  };
}

/** The root of a tree, 32 bytes. */
export function rootOfTree({ levels }: KeptTree): Buffer {
  return rootOf(levels);
}

/** Where the chunk of a leaf begins, counted from 0, and how many leaves it has. */
export function chunkOf(size: number, index: number): { first: number; count: number } {
  const first = index - (index % chunkLeaves);
  return { first, count: Math.min(chunkLeaves, size - first) };
}

/**
 * The path of RFC 6962 §2.1.1 from the leaf at `index` (from 0) to the root: hashes of 32 bytes.
 * `leaves` are those of its chunk ({@link chunkOf}), in order. Throws where they are not the ones
 * that the tree was built of.
 */
export function inclusionPath(
  tree: KeptTree,
  index: number,
  leaves: readonly Uint8Array[],
): Buffer[] {
  const { count } = chunkOf(tree.size, index);
  if (index < 0 || index >= tree.size || leaves.length !== count)
    throw new Error("the leaves are those of the chunk");
  const within = levelsAbove(Buffer.concat(leaves.map(leafHash)));
  const chunk = Math.floor(index / chunkLeaves);
  if (!rootOf(within).equals(hashAt(tree.levels[0], chunk) ?? Buffer.alloc(0)))
    throw new Error("the leaves are those that the tree was built of");
  return [...siblings(within, index % chunkLeaves), ...siblings(tree.levels, chunk)];
}

/**
 * Whether a path leads from the leaf at `index` (from 0) of `size` leaves to the root (RFC 9162
 * §2.1.3.2, whose trees are those of RFC 6962). Answers false for a path of any wrong form.
 */
export function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size) return false;
  let hash = leafHash(leaf);
  let [at, last] = [index, size - 1];
  for (const sibling of path) {
    if (last === 0 || sibling.length !== hashBytes) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      // A last node without a neighbour went up as it is, to where it is a right one.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(root);
}

/** All levels of a tree from the hashes of its lowest up to its root. */
function levelsAbove(lowest: Buffer): Buffer[] {
  const levels = [lowest];
  for (let level = lowest; level.length > hashBytes; ) {
    const count = level.length / hashBytes;
    const above = Buffer.alloc(Math.ceil(count / 2) * hashBytes);
    for (let at = 0; at < count; at += 2) {
      const pair = level.subarray(at * hashBytes, (at + 2) * hashBytes);
      const hash = pair.length === hashBytes ? pair : pairHash(pair);
      hash.copy(above, (at / 2) * hashBytes);
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

/** The neighbours beside the way from a place of the lowest level to the root. */
function siblings(levels: readonly Buffer[], place: number): Buffer[] {
  const path: Buffer[] = [];
  let at = place;
  for (const level of levels) {
    const sibling = hashAt(level, at % 2 === 0 ? at + 1 : at - 1);
    if (sibling !== undefined) path.push(sibling);
    at = Math.floor(at / 2);
  }
  return path;
}

function hashAt(level: Buffer | undefined, at: number): Buffer | undefined {
  const hash = level?.subarray(at * hashBytes, (at + 1) * hashBytes);
  return hash?.length === hashBytes ? hash : undefined;
}

function rootOf(levels: readonly Buffer[]): Buffer {
  return levels.at(-1) as Buffer;
}

function leafHash(leaf: Uint8Array): Buffer {
  return createHash("sha256").update(leafPrefix).update(leaf).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(nodePrefix).update(left).update(right).digest();
}

function pairHash(pair: Uint8Array): Buffer {
  return createHash("sha256").update(nodePrefix).update(pair).digest();
}
