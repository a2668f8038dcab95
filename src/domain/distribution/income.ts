import { digits, id, may, money, day, ref, filledText, remark } from "../columns.ts";
import type { ContractEvent } from "../contract.ts";
import { signedOf } from "../contract.ts";
import { toUnits } from "../decimal.ts";
import { keys, streams } from "../facts.ts";
import { rowKind } from "../kind.ts";
import { contract, organisation } from "../things.ts";

const shortTextMax = 64;

const columns = {
  income: id("收益编号", "the income's own id"),
  organisation: ref("主体编号", "whose income it is", organisation),
  date: day("业务日期", "when it came in"),
  period: filledText("所属期", "the period it is for; any text", shortTextMax),
  available: money("可分配金额", "what may be distributed of it"),
  received: may(money("到账金额", "what came in, where it is more; not below 可分配金额")),
  contract: may(ref("合同编号", "under which it came in, one of the entity's", contract)),
  asset: may(id("资产编号", "the asset that it came from")),
  voucher: may(digits("凭证号", "the number of its voucher", shortTextMax)),
};

/** Rows of income.csv: what an entity may distribute. */
export const incomes = rowKind({
  name: "income",
  summary: "Record an income that may be distributed",
  right: "approve",
  columns,
  personal: { remark },
  id: "income",
  key: keys.income,
  date: "date",
  checks: [
    [
      "received",
      ({ received, available }) =>
        received !== undefined &&
        toUnits(received, 2) < toUnits(available, 2) &&
        "到账金额 is below 可分配金额",
    ],
  ],
  rules: [
    "organisation",
    "contract",
    [
      "ContractMismatch",
      "contract",
      ({ row, of }) =>
        of.contract !== undefined &&
        signedOf(of.contract as ContractEvent).organisation !== row.organisation &&
        "合同编号 is another entity's",
    ],
  ],
  records: ({ row, free }) => ({
    stream: streams.income(row.income),
    type: "IncomeRecorded",
    data: { ...row, free },
  }),
  examples: [
    {
      income: "SY-00001",
      organisation: "ORG-002",
      date: "2026-02-10",
      period: "2025",
      available: "12345.67",
      contract: "HT-00033",
    },
  ],
});
