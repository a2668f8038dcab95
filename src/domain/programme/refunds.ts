import { id, may, money, ref } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { fen, freeOf, refundedName } from "./balances.ts";
import { voucherColumn } from "./disbursements.ts";
import { programmeOf } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { allocation, disbursement, fund } from "./things.ts";

const columns = {
  refund: id("退回编号", "the row's own id"),
  fund: may(ref("资金编号", "of what it is: this, 安排编号 or 拨付编号", fund)),
  allocation: may(ref("安排编号", "of what it is: this, 资金编号 or 拨付编号", allocation)),
  disbursement: may(ref("拨付编号", "of what it is: this, 资金编号 or 安排编号", disbursement)),
  amount: money("金额", "what is given back, or cut"),
  voucher: voucherColumn(),
  ...rowColumns,
};

/** What has the money again, and whose the disbursement was. */
function destinationOf({ of }: Judged<typeof columns>) {
  const cut = of.allocation as ProgrammeRow<"allocations"> | undefined;
  if (cut !== undefined) {
    const { fund: from, project } = cut.data;
    return { returnsTo: `funds/${from}`, of: { fund: from, project } };
  }
  const paid = of.disbursement as ProgrammeRow<"disbursements"> | undefined;
  if (paid === undefined) return {};
  const { allocation: from, household, organisation, leg, ...whence } = paid.data;
  const whose = { fund: whence.fund, project: whence.project, leg };
  return { returnsTo: `allocations/${from}`, household, organisation, of: whose };
}

/** Rows of refunds.csv: money that is given back, or an allocation that is cut. */
export const refunds = rowKind({
  ...ofProgramme("refunds"),
  summary: "Record money that is given back, or an allocation that is cut",
  columns,
  personal: rowPersonal,
  id: "refund",
  key: keys.refund,
  checks: [
    [
      "fund",
      ({ fund: a, allocation: b, disbursement: c }) =>
        [a, b, c].filter((one) => one !== undefined).length !== 1 &&
        "exactly one of 资金编号, 安排编号 and 拨付编号 is filled",
    ],
  ],
  rules: [
    "fund",
    "allocation",
    "disbursement",
    notBefore("fund", "allocation", "disbursement"),
    [
      "ReturnExceeded",
      "amount",
      ({ row, facts }) =>
        fen(row.amount) > freeOf(programmeOf(facts).balances, refundedName(row)) &&
        "金额 is above what is free there",
    ],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "FundsRefunded",
    data: { ...statedBy(judged), ...destinationOf(judged) },
  }),
  examples: [
    {
      refund: "TH-00001",
      disbursement: "BF-00001",
      amount: "5000.00",
      voucher: "PZ-0103",
      date: "2026-05-01",
    },
  ],
});
