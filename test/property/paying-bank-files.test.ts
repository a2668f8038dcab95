// A bank's files of payments of ours, damaged, through the import: whatever the bytes it answers,
// and a file that is refused records nothing. PAYING_FILES says how many (150), PROPERTY_SEED the
// seed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tap, { test } from "tap";
import type { PaidLine } from "../../seeds/bank-answers.ts";
import { notification, statement, statusReport } from "../../seeds/bank-answers.ts";
import { toUnits } from "../../src/domain/decimal.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import type { Random } from "../support/county.ts";
import { randomSource } from "../support/county.ts";
import { testLedger } from "../support/ledger.ts";
import { approve, draft, pay, payer, paying, settle, tell } from "../support/paying-county.ts";

tap.setTimeout(7_200_000);
const filesMax = Number(process.env["PAYING_FILES"] ?? 150);
const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);

/** A file of the batch, with ids that no other has. */
function fileOf(random: Random, nth: number, batch: string, all: readonly PaidLine[]): string {
  const day = "2025-03-04";
  const lines = all.filter(() => random.chance(0.5));
  const some = lines.length === 0 ? all.slice(0, 1) : lines;
  const fen = some.reduce((sum, line) => sum + line.fen, 0n);
  const isBack = random.chance(0.4);
  const entry = {
    ...{ reference: `R${nth}`, day, fen, lines: some },
    direction: isBack ? ("CRDT" as const) : ("DBIT" as const),
    ...(isBack ? { returned: ["AC04", "销户"] as const } : { batch }),
  };
  switch (random.below(3)) {
    case 0: {
      const rejected = new Map(some.slice(0, 1).map(({ payment }) => [payment, "AC01"]));
      return statusReport(`ZT${nth}`, day, batch, some, rejected);
    }
    case 1:
      return notification(`TZ${nth}`, payer, day, [entry]);
    default: {
      const of = { account: payer, sequence: nth, from: "2025-03-01", to: "2025-03-31" };
      return statement({ ...of, id: `DZ${nth}`, openingFen: 10_000_000n, entries: [entry] });
    }
  }
}

/** Damage as it happens to files, and as no file ever had it. */
function damaged(random: Random, text: string): Buffer {
  const places = [...text.matchAll(/<[^>]*>|[^<]+/g)];
  const place = random.pick(places);
  const at = place.index;
  const [found] = place;
  const [before, after] = [text.slice(0, at), text.slice(at + found.length)];
  switch (random.below(8)) {
    case 0:
      return Buffer.from(text);
    case 1:
      return Buffer.from(before);
    case 2:
      return Buffer.from(before + after);
    case 3:
      return Buffer.from(before + found + found + after);
    case 4: {
      const other = random.pick(["", "-1", "x", "1e5", "0.001", "9".repeat(40), "NaN", "\u0000"]);
      return Buffer.from(before + other + after);
    }
    case 5: {
      const leaves = places.filter(([one]) => !one.startsWith("<"));
      return Buffer.from(before + random.pick(leaves)[0] + after);
    }
    case 6: {
      const bytes = Buffer.from(text);
      for (let n = 0; n < 1 + random.below(4); n++)
        bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }
    default:
      return Buffer.from(
        text.replaceAll(/(\d+)\.(\d\d)</g, (_, yuan: string) => `${yuan}.${random.below(100)}<`),
      );
  }
}

test(`${filesMax} files of a bank, damaged (PROPERTY_SEED=${seed})`, async (t) => {
  const ledger = await testLedger(t);
  const own = paying(ledger);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-damaged-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await settle(own, 12);
  const basis = new Map(Array.from({ length: 12 }, (_, at) => [at + 1, String(at + 1)]));
  const random = randomSource(seed);
  const codes: Record<string, number> = {};
  const wrong: string[] = [];
  let lines: PaidLine[] = [];
  let batch = "";
  // Payments that are all answered have little left to say: every some files there are new ones.
  const renew = async (nth: number): Promise<void> => {
    const plan = `JH${nth}`;
    await draft(own, { plan, basis, pool: "7800" });
    await approve(own, plan);
    const done = await pay(own, [plan]);
    if ("code" in done) throw new Error(done.code);
    batch = done.batch.batch;
    const all = await judgedPayments(
      ledger.pool,
      "batch = $1",
      [batch],
      (await ledger.log.head()).position,
    );
    lines = all.map(({ row }) => ({ payment: row.payment, fen: toUnits(row.amount, 2) }));
  };
  for (let nth = 0; nth < filesMax; nth++) {
    if (nth % 200 === 0) await renew(nth);
    const bytes = damaged(random, fileOf(random, nth + 1, batch, lines));
    const before = (await ledger.log.head()).position;
    const result = await tell(own, join(folder, "file.xml"), bytes);
    const after = (await ledger.log.head()).position;
    const [refused] = result.refused;
    const code = refused?.code ?? (result.alreadyRecorded > 0 ? "alreadyRecorded" : "recorded");
    codes[code] = (codes[code] ?? 0) + 1;
    const isMoved = after > before;
    if (isMoved !== (code === "recorded")) wrong.push(`file ${nth}: ${code}, ${before} → ${after}`);
  }
  t.comment(JSON.stringify(codes));
  t.strictSame(wrong, [], "what is refused records nothing");
  t.ok((codes["recorded"] ?? 0) > 0 && (codes["NotABankFile"] ?? 0) > 0, "of both sorts");
  const { ok, differences } = await ledger.verify();
  t.ok(ok, differences.slice(0, 3).join("; "));
});
