import { toUnits } from "../decimal.ts";
import { financeMoves } from "./finance-balances.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** What a fund, an allocation, a disbursement, a loan, a policy or a claim has, in fen. */
export interface Balance {
  /** Its amount less what was given back of it. */
  readonly net: bigint;
  /** The net of what hangs on it. */
  readonly used: bigint;
}

/** By kind and id, `funds/ZJ-1`. */
export type Balances = Map<string, Balance>;

const nothing: Balance = { net: 0n, used: 0n };

/** The balance of something; nothing where it has none. */
export function balanceOf(balances: Balances, name: string): Balance {
  return balances.get(name) ?? nothing;
}

/** What is free of it: net, and not used. */
export function freeOf(balances: Balances, name: string): bigint {
  const { net, used } = balanceOf(balances, name);
  return net - used;
}

/** An amount of yuan in fen. */
export function fen(amount: string): bigint {
  return toUnits(amount, 2);
}

/** By how much a row moves a balance. */
interface Move {
  readonly name: string;
  readonly net?: bigint;
  readonly used?: bigint;
}

/** Moves balances by a row that is recorded (`sign` 1) or taken back (−1). */
export function moveBalances(balances: Balances, row: ProgrammeRow, sign: 1n | -1n): void {
  for (const { name, net = 0n, used = 0n } of movesOf(row)) {
    const before = balanceOf(balances, name);
    balances.set(name, { net: before.net + sign * net, used: before.used + sign * used });
  }
}

/** The balances that a row moves, by which amounts: its own, and of what it hangs on. */
function movesOf(row: ProgrammeRow): readonly Move[] {
  const name = `${row.kind}/${row.id}`;
  if (row.kind === "funds") return [{ name, net: fen(row.data.amount) }];
  if (row.kind === "allocations") {
    const amount = fen(row.data.amount);
    return [
      { name, net: amount },
      { name: `funds/${row.data.fund}`, used: amount },
    ];
  }
  if (row.kind === "disbursements") {
    const amount = fen(row.data.amount);
    return [
      { name, net: amount },
      { name: `allocations/${row.data.allocation}`, used: amount },
    ];
  }
  if (row.kind === "reimbursements") {
    return [{ name: `disbursements/${row.data.disbursement}`, used: fen(row.data.amount) }];
  }
  return row.kind === "refunds" ? refundMoves(row) : financeMoves(row);
}

/** What is given back of something is free again in what that hangs on. */
function refundMoves({ data }: ProgrammeRow<"refunds">): readonly Move[] {
  const amount = fen(data.amount);
  const moves: Move[] = [{ name: refundedName(data), net: -amount }];
  if (data.returnsTo !== undefined) moves.push({ name: data.returnsTo, used: -amount });
  return moves;
}

/** What a refund is of: `funds/ZJ-1`. */
export function refundedName(said: {
  readonly fund?: string | undefined;
  readonly allocation?: string | undefined;
  readonly disbursement?: string | undefined;
}): string {
  if (said.fund !== undefined) return `funds/${said.fund}`;
  if (said.allocation !== undefined) return `allocations/${said.allocation}`;
  return `disbursements/${String(said.disbursement)}`;
}
