import { toUnits } from "../decimal.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** By how much a row moves what a loan, a policy or a claim has, in fen. */
interface Move {
  readonly name: string;
  readonly net?: bigint;
  readonly used?: bigint;
}

/** Steps of a loan by which it becomes less. */
export const reducingSteps: ReadonlySet<string> = new Set(["repay", "compensate", "writeOff"]);

/**
 * The balances that a row of finance moves. Of a loan, its amount, and what was repaid, compensated
 * and written off of it; of `recourse/<贷款编号>`, what was compensated, and what of that came back;
 * of a policy, its cover, and what was paid under it; of `claim/<赔案编号>`, what it was assessed
 * at, and what was paid of it.
 */
export function financeMoves({ kind, id, data }: ProgrammeRow): readonly Move[] {
  if (kind === "loans") return [{ name: `loans/${id}`, net: fenOf(data.amount) }];
  if (kind === "policies") return [{ name: `policies/${id}`, net: fenOf(data.cover) }];
  if (kind === "loan-steps") return loanMoves(data);
  return kind === "claims" ? claimMoves(data) : [];
}

function fenOf(amount: string): bigint {
  return toUnits(amount, 2);
}

function loanMoves({ loan, kind, amount }: ProgrammeRow<"loan-steps">["data"]): readonly Move[] {
  if (amount === undefined) return [];
  const fen = fenOf(amount);
  const recourse = `recourse/${loan}`;
  if (kind === "recover") return [{ name: recourse, used: fen }];
  if (!reducingSteps.has(kind)) return [];
  const reduced = { name: `loans/${loan}`, used: fen };
  return kind === "compensate" ? [reduced, { name: recourse, net: fen }] : [reduced];
}

function claimMoves({ claim, kind, amount, under }: ProgrammeRow<"claims">["data"]) {
  const name = `claim/${claim}`;
  const fen = fenOf(amount);
  if (kind === "assess") return [{ name, net: fen }];
  if (kind !== "pay") return [];
  return [
    { name, used: fen },
    { name: `policies/${under}`, used: fen },
  ];
}
