import { parseWrittenDay } from "../domain/calendar.ts";
import { amountOfUnits, isMoney, parseAmount, unitsOf } from "./amount.ts";
import { answerLines, notThisProfile } from "./answer-lines.ts";
import type { BankItem, Check, PaymentItem } from "./bank-item.ts";
import { idCharactersMax } from "./bank-limits.ts";
import { incomplete, unreadable } from "./message-values.ts";
import { NotABankFile } from "./not-a-bank-file.ts";
import type { CellName, Profile, TotalName } from "./profile.ts";

/** What the lines of totals say, and what was counted. */
interface Draft {
  readonly told: Map<TotalName, string>;
  batch?: string | undefined;
  date?: string | undefined;
  count: number;
  units: bigint;
  credited: number;
  creditedUnits: bigint;
}

/**
 * Reads the answer of a bank's own profile: `message` – by the name of the profile, known by its
 * batch –, a `payment` a line, `credited` or `returned` with its reason by the code that it says,
 * and `answerEnd` with the check of its counts and totals. Throws `NotABankFile` for a file that
 * the profile does not describe, and for one whose lines are of several batches.
 */
export async function* readAnswer(path: string, profile: Profile): AsyncGenerator<BankItem> {
  const draft: Draft = { told: new Map(), count: 0, units: 0n, credited: 0, creditedUnits: 0n };
  for await (const line of answerLines(path, profile.answer)) {
    if (line.line === "totals") {
      for (const [name, text] of line.says) draft.told.set(name, text);
      continue;
    }
    const item = paymentItem(line.says, profile, draft);
    if (draft.count === 1) {
      const { batch = "", date } = draft;
      yield { item: "message", kind: profile.profile, messageId: batch, createdOn: date };
    }
    yield item;
  }
  if (draft.count === 0) throw incomplete("it has no payment");
  yield { item: "answerEnd", checks: checksOf(draft) };
}

function paymentItem(
  says: ReadonlyMap<CellName, string>,
  profile: Profile,
  draft: Draft,
): PaymentItem {
  const batch = says.get("batch") ?? draft.told.get("batch") ?? "";
  if (batch === "") throw notThisProfile("a line says no batch");
  if (batch.length > idCharactersMax) throw new NotABankFile("TooLong", "a batch is too long");
  draft.batch ??= batch;
  if (batch !== draft.batch) throw notThisProfile("its lines are of several batches");
  const on = parseWrittenDay(says.get("date") ?? draft.told.get("date") ?? "");
  if (on === null) throw unreadable("the date");
  draft.date ??= on;
  const amount = parseAmount(says.get("amount") ?? "");
  if (amount === null || !isMoney(amount) || amount.startsWith("-")) throw unreadable("an amount");
  const endToEndId = says.get("endToEndId") ?? "";
  if (endToEndId === "") throw notThisProfile("a line does not say which payment it is");
  if (endToEndId.length > idCharactersMax) throw new NotABankFile("TooLong", "an id is too long");
  const said = (name: CellName): string | undefined =>
    says.get(name) === "" ? undefined : says.get(name);
  const result = resultOf(says.get("resultCode") ?? "", profile);
  count(draft, amount, result.outcome === "credited");
  return {
    item: "payment",
    place: draft.count,
    endToEndId,
    status: result.outcome,
    reason: result.outcome === "returned" ? result.reason : undefined,
    text: said("resultText"),
    amount,
    on,
    account: said("account"),
    holder: said("holder"),
  };
}

function count(draft: Draft, amount: string, isCredited: boolean): void {
  const units = unitsOf(amount);
  draft.count += 1;
  draft.units += units;
  if (!isCredited) return;
  draft.credited += 1;
  draft.creditedUnits += units;
}

function resultOf(code: string, { results, otherwise, answer }: Profile): Profile["otherwise"] {
  if (code === "") throw notThisProfile("a line says no result");
  const known = new Map(Object.entries(results));
  const found = known.get(code);
  if (found !== undefined) return found;
  // A spreadsheet takes 0000 for a number and makes 0 of it.
  const widths = new Set([...known.keys()].map(({ length }) => length));
  const [width = 0] = widths;
  const isNumber = answer.format === "sheet" && widths.size === 1 && /^\d+$/.test(code);
  return (isNumber ? known.get(code.padStart(width, "0")) : undefined) ?? otherwise;
}

function checksOf(draft: Draft): readonly Check[] {
  const { told, count: payments, units, credited, creditedUnits } = draft;
  const compared = [
    fault("payments", told.get("count"), String(payments), parseCount),
    fault("their sum", told.get("total"), amountOfUnits(units), parseAmount),
    fault("payments credited", told.get("creditedCount"), String(credited), parseCount),
    fault("sum credited", told.get("creditedTotal"), amountOfUnits(creditedUnits), parseAmount),
  ].filter((one) => one !== undefined);
  if (compared.length === 0) return [];
  const faults = compared.filter((one) => one !== null);
  const ok = faults.length === 0;
  return [{ check: "batch", ok, detail: ok ? undefined : faults.join("; ") }];
}

/** Undefined where nothing is told, null where it agrees. */
function fault(
  words: string,
  text: string | undefined,
  has: string,
  read: (text: string) => string | null,
): string | null | undefined {
  if (text === undefined) return undefined;
  const told = read(text);
  if (told === null) throw unreadable(words);
  return told === has ? null : `${words}: ${told} told, ${has} found`;
}

function parseCount(text: string): string | null {
  return /^\d{1,15}$/.test(text) ? String(Number(text)) : null;
}
