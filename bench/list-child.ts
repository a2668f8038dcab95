// A process that divides a pool over many holders, freezes the list, copies it whole, and proves
// lines of it; it says how long each took, and how much memory at most.
import { leafText, listHasher } from "../src/domain/distribution/list-hash.ts";
import { chunkOf, inclusionPath, isIncluded } from "../src/domain/distribution/merkle.ts";
import { writeListTable } from "../src/exchange/plan-tables.ts";
import type { Ledger } from "../src/ledger.ts";
import type { PagedList } from "../src/queries/lists.ts";
import { pagedList } from "../src/queries/lists.ts";
import { childTask } from "./child.ts";
import { percentile, secondsOf } from "./figure.ts";
import { benchActor, openBenchLedger, projectAll, refuseUnlessRecorded } from "./ledger.ts";
import type { ListMeasured } from "./list.ts";
import { commandsFrom, freezing, plan } from "./list-county.ts";
import { peakBytes } from "./peak-bytes.ts";

const proofs = 200;

const { database, server, path = "" } = await childTask();
// Whoever wanted to know has gone.
process.once("disconnect", () => process.exit());
const ledger = await openBenchLedger(server, database);
await ledger.open({ demo: false });
const seconds = await secondsOf(() => freezeAndCopy(ledger));
const bytes = await peakBytes();
const measured: ListMeasured = { seconds, bytes, ...(await prove(ledger)) };
await ledger.close();
process.send?.(measured);
process.disconnect();

async function freezeAndCopy(of: Ledger): Promise<void> {
  const commands = [...commandsFrom("steps", [freezing])];
  const [outcome] = await of.handler.handle({ kind: "steps", commands, contexts: [benchActor] });
  if (outcome === undefined) throw new Error("each command has an outcome");
  refuseUnlessRecorded(outcome);
  await projectAll(of);
  const { pages: _, lines, ...manifest } = await copyOf(of);
  await writeListTable(path, "full", { ...manifest, lines: lines() });
}

async function copyOf(of: Ledger): Promise<PagedList> {
  const { position } = await of.log.head();
  return pagedList(of.reads, "full", { plan }, { position, at: null });
}

/** Milliseconds of the path of one line, and of checking it. */
async function prove(of: Ledger): Promise<Pick<ListMeasured, "proofMs" | "proofMs99">> {
  const { lines, count, version, root } = await copyOf(of);
  const proved = Array.from({ length: proofs }, (_, turn) => Math.floor((turn * count) / proofs));
  const hasher = listHasher(plan, version);
  // The leaves of the chunks of these lines alone: all of a long list are never in memory.
  const chunks = new Map(proved.map((at) => [chunkOf(count, at).first, [] as Buffer[]]));
  for await (const leaf of lines()) {
    hasher.add(leaf);
    chunks.get(chunkOf(count, leaf.line - 1).first)?.push(Buffer.from(leafText(leaf)));
  }
  const { tree } = hasher.finish();
  const times: number[] = [];
  for (const at of proved) {
    const { first } = chunkOf(count, at);
    const leaves = chunks.get(first) ?? [];
    const began = performance.now();
    const proof = inclusionPath(tree, at, leaves);
    const leaf = leaves[at - first] ?? Buffer.alloc(0);
    if (!isIncluded(leaf, at, count, proof, Buffer.from(root, "hex"))) {
      throw new Error(`line ${at + 1} is not proved`);
    }
    times.push(performance.now() - began);
  }
  return { proofMs: percentile(times, 0.5), proofMs99: percentile(times, 0.99) };
}
