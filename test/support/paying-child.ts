// Freezes, approves and pays a plan and imports what the bank answers, as the command line does, in
// the ledger of the environment: whatever is done already is not done again. Says what it begins.
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { notification, statusReport } from "../../seeds/bank-answers.ts";
import { toUnits } from "../../src/domain/decimal.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import { planAt } from "../../src/queries/plans.ts";
import { hashOf, pay, payer, stepOf, tell } from "./paying-county.ts";
import { send } from "./ledger.ts";

const [dataDir = "", plan = "", name = ""] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const config = parseConfig(process.env);
const ledger = await openLedger({ dataDir, config, applicationName: `paying ${name}` });
await ledger.open({ demo: false });

const stage = async (): Promise<string> => {
  const { position } = await ledger.log.head();
  await ledger.projector.reach(position);
  return (await planAt(ledger.reads.pool, plan, position)).state.stage;
};
const step = async (kind: string, more = {}) => {
  const [code] = await send(ledger.handler, "steps", [stepOf(plan, kind, more)]);
  // Another process may be ahead.
  const known = ["recorded", "alreadyRecorded", "StepOutOfOrder", "ReferenceConflict"];
  if (!known.includes(code ?? "")) throw new Error(`${kind}: ${code ?? ""}`);
};

say("定案");
await step("定案");
say("批准");
await step("决议");
const hash = { 清单哈希: await hashOf(ledger, plan) };
await step("公示", hash);
await step("公示结束");
await step("批准", hash);
if ((await stage()) !== "approved") throw new Error(await stage());

say("instruct");
const done = await pay(ledger, [plan]);
if ("code" in done && done.code !== "NothingToPay") throw new Error(done.code);

say("import");
const { position } = await ledger.log.head();
await ledger.projector.reach(position);
const payments = await judgedPayments(ledger.reads.pool, "plan = $1", [plan], position);
const lines = payments.map(({ row }) => ({ payment: row.payment, fen: toUnits(row.amount, 2) }));
const batch = payments[0]?.row.batch ?? "";
const rejected = new Map(lines.slice(0, 3).map(({ payment }) => [payment, "AC01"]));
const paid = lines.slice(3);
const fen = paid.reduce((sum, line) => sum + line.fen, 0n);
const day = "2025-03-04";
const entry = { reference: `R-${plan}`, day, direction: "DBIT", fen, batch, lines: paid } as const;
const files = [
  statusReport(`ZT-${plan}`, day, batch, lines, rejected),
  notification(`TZ-${plan}`, payer, day, [entry]),
];
const told = { credited: 0, rejected: 0, alreadyRecorded: 0, unmatched: 0, refused: 0 };
for (const [at, text] of files.entries()) {
  const result = await tell(ledger, `${dataDir}/${name}-${at}.xml`, text);
  told.credited += result.credited;
  told.rejected += result.rejected;
  told.alreadyRecorded += result.alreadyRecorded;
  told.unmatched += result.unmatched.length;
  told.refused += result.refused.length;
}
const instructed = "code" in done ? 0 : done.batch.count;
await ledger.close();
say(JSON.stringify({ instructed, ...told }));
