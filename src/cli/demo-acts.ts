import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Act, Cells, Paid } from "../../seeds/acts.ts";
import type { County } from "../../seeds/county.ts";
import { toUnits } from "../domain/decimal.ts";
import type { KindName } from "../domain/kinds.ts";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Ledger } from "../ledger.ts";
import { importBankFile, noBankImport } from "../payments/bank-import.ts";
import { instruct } from "../payments/instruct.ts";
import { publicList } from "../queries/lists.ts";
import { judgedPayments } from "../queries/payments.ts";
import { resolveKnownAt } from "../queries/as-of.ts";

const actor = "demo";
const format = "pain.001.001.03";

/** The demo's own acts are refused where somebody has done otherwise in it before. */
export class DemoRefused extends Error {
  constructor(
    what: string,
    { code, message }: { readonly code: string; readonly message: string },
  ) {
    super(`${what}: ${code}: ${message}`);
  }
}

/** Options of playing what the demo county does. */
export interface PlayOptions {
  /** The county, where it is invented already; it is asked for when something is to be played. */
  readonly county?: () => County;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Plays one act, whose files for a bank are written into `folder`. Rows that are recorded already
 * record nothing again. Throws `DemoRefused` where one is refused.
 */
export async function play(ledger: Ledger, folder: string, act: Act): Promise<void> {
  switch (act.do) {
    case "rows": {
      const { kind, rows } = act;
      return give(ledger, kind, typeof rows === "function" ? rows(await paidSoFar(ledger)) : rows);
    }
    case "instruct": {
      const done = await instruct(ledger, format, { ...act, profile: format }, { actor });
      if ("code" in done) throw new DemoRefused(act.batch, done);
      return;
    }
    case "bank": {
      const path = join(folder, `${act.message}.xml`);
      await writeFile(path, act.text(await paidSoFar(ledger)));
      const result = noBankImport();
      await importBankFile(ledger, path, { name: act.message, actor }, result);
      const [refused] = result.refused;
      if (refused !== undefined) throw new DemoRefused(act.message, refused);
      return;
    }
    case "settle": {
      const cells = { 流水号: act.entry, ...act.decision(await paidSoFar(ledger)) };
      return give(ledger, "settlements", [cells]);
    }
    case "close":
      return give(ledger, "months", [{ 月份: act.month, 经办人: act.by }]);
  }
}

async function give(ledger: Ledger, kind: KindName, rows: readonly Cells[]): Promise<void> {
  const hashes = await hashesIn(ledger, rows);
  const { handler } = ledger;
  const commands = rows.map((row) => {
    const cells = Object.entries(row).map(([column, cell]) => [column, hashes.get(cell) ?? cell]);
    const parsed = kindOf(kind).parse({ cells: Object.fromEntries(cells) as Cells });
    if (!parsed.ok) throw new DemoRefused(parsed.key, parsed.refusal);
    return parsed.command;
  });
  const contexts = commands.map(() => ({ actor }));
  const outcomes = await handler.handle({ kind, commands, contexts });
  outcomes.forEach((outcome, at) => {
    if (outcome.status === "failed") throw outcome.error;
    const refusal: Refusal | undefined = outcome.status === "refused" ? outcome.refusal : undefined;
    if (refusal !== undefined)
      throw new DemoRefused(Object.values(rows[at] ?? {})[0] ?? "", refusal);
  });
}

const hashNamed = /^\{hash:([^:]+):(\d+)\}$/;

/** The hashes of lists that rows name as `{hash:PLAN:N}`, by that. */
export async function hashesIn(
  { projector, reads }: Pick<Ledger, "projector" | "reads">,
  rows: readonly Cells[],
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const cell of new Set(rows.flatMap((row) => Object.values(row)))) {
    const [, plan, version] = hashNamed.exec(cell) ?? [];
    if (plan === undefined) continue;
    const knownAt = await resolveKnownAt(reads);
    await projector.reach(knownAt.position);
    const asked = { plan, version: Number(version) };
    hashes.set(cell, (await publicList(reads.pool, asked, knownAt)).hash);
  }
  return hashes;
}

/** The payments of the demo's batches. */
async function paidSoFar({ log, projector, reads }: Ledger): Promise<Paid> {
  const { position } = await log.head();
  await projector.reach(position);
  const all = await judgedPayments(reads.pool, "batch LIKE 'HN-PC-%'", [], position);
  return all.map(({ row: { payment, batch, plan, household, organisation, amount } }) => {
    const beneficiary = household ?? organisation ?? "";
    return { payment, batch, plan, beneficiary, fen: toUnits(amount, 2) };
  });
}
