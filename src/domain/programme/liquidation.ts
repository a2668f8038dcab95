import type { LiquidationRank } from "../../../events/supervision-words.ts";
import { liquidationActions, liquidationRanks } from "../../../events/supervision-words.ts";
import { filledText, id, may, money, ref, words } from "../columns.ts";
import { bareName } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { organisation } from "../things.ts";
import { fen } from "./balances.ts";
import { voucherColumn } from "./disbursements.ts";
import { classOf } from "./entities.ts";
import type { Party } from "./parties.ts";
import { partyOf } from "./parties.ts";
import type { Programme } from "./programme.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  entry: id("流水编号", "the row's own id"),
  organisation: ref("主体编号", "who is wound up", organisation),
  action: words<keyof typeof liquidationActions>("动作", "filed or paid", liquidationActions),
  rank: words<LiquidationRank>("顺位", "which claims come first", liquidationRanks),
  amount: money("金额", "yuan"),
  voucher: may(voucherColumn()),
  ...rowColumns,
};

const creditorColumn = "债权人";

const personal = {
  creditor: filledText(
    creditorColumn,
    "who has the claim: 户编号 or 主体编号, or a name; kept in the vault, compared",
    200,
  ),
  ...rowPersonal,
};

const order = Object.keys(liquidationRanks) as readonly LiquidationRank[];

type JudgedEntry = Judged<typeof columns>;

/** What a claim is known by: who is wound up, its rank and its creditor. */
type Claim = Pick<ProgrammeRow<"liquidation">["data"], "organisation" | "rank"> & {
  readonly creditorFingerprint?: string;
};

/** What is filed of claims and not paid, in fen: of one creditor where it is given. */
export function unpaidOf(
  programme: Programme,
  { organisation: entity, rank, creditorFingerprint: creditor }: Claim,
): bigint {
  return standingNaming(programme, `organisations/${entity}`, "liquidation")
    .filter(({ data }) => data.organisation === entity && data.rank === rank)
    .filter(({ data }) => creditor === undefined || data.creditorFingerprint === creditor)
    .reduce((sum, { data }) => {
      return data.action === "file" ? sum + fen(data.amount) : sum - fen(data.amount);
    }, 0n);
}

function creditorOf({ textOf }: JudgedEntry): string {
  return textOf(creditorColumn) ?? "";
}

function fingerprintOf(judged: JudgedEntry): string {
  return judged.fingerprint({ creditor: bareName(creditorOf(judged)) });
}

/** Whether the second rank may be somebody's: a household, or a village's collective. */
function isOfVillage({ household, organisation: of }: Party, judged: JudgedEntry): boolean {
  if (household !== undefined) return true;
  return of !== undefined && classOf(of, judged) === "collective";
}

/**
 * Why a row is refused, once who is wound up is known: what the rules look at lies in the vault,
 * so that the column at fault is none that they could name.
 */
function refusalOf(judged: JudgedEntry): Refusal | undefined {
  const { row, facts } = judged;
  const party = partyOf(creditorOf(judged), facts);
  if (row.rank === "households") {
    if (party === undefined) {
      const message = `${creditorColumn} is neither a household nor an organisation`;
      return refuse("PartyUnknown", message, creditorColumn);
    }
    if (!isOfVillage(party, judged)) {
      const message = `${creditorColumn} is neither a household nor a 村集体`;
      return refuse("KindMismatch", message, creditorColumn);
    }
  }
  if (row.action !== "pay") return undefined;
  const programme = programmeOf(facts);
  const claim = { ...row, creditorFingerprint: fingerprintOf(judged) };
  if (fen(row.amount) > unpaidOf(programme, claim)) {
    const message = "the creditor would be paid more than it has filed in this rank";
    return refuse("ClaimExceeded", message, columns.amount.column);
  }
  const above = order.slice(0, order.indexOf(row.rank));
  const { organisation: entity } = row;
  if (above.every((rank) => unpaidOf(programme, { organisation: entity, rank }) <= 0n)) {
    return undefined;
  }
  return refuse("RankOutOfOrder", "a rank above is not paid in full", columns.rank.column);
}

/** Rows of liquidation.csv: claims against an entity that is wound up, and what is paid of them. */
export const liquidation = rowKind({
  ...ofProgramme("liquidation"),
  summary: "Record a claim in a liquidation, or its payment",
  columns,
  personal,
  id: "entry",
  key: keys.liquidation,
  rules: ["organisation"],
  records: (judged) => {
    const refusal = refusalOf(judged);
    if (refusal !== undefined) return refusal;
    const party = partyOf(creditorOf(judged), judged.facts);
    return {
      stream: streams.programme(),
      type: "LiquidationEntered",
      data: {
        ...statedBy(judged),
        creditorFingerprint: fingerprintOf(judged),
        household: party?.household,
        counterparty: party?.organisation,
      },
    };
  },
  examples: [
    {
      entry: "QS-00001",
      organisation: "ORG-001",
      action: "file",
      rank: "households",
      creditor: "5399990010000001",
      amount: "1200.00",
      date: "2026-07-01",
    },
  ],
});
