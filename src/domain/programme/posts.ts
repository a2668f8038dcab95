import { decimal, id, ref } from "../columns.ts";
import { termsOf } from "../contract.ts";
import { notInForce } from "../contract-fit.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { contract, household, notOfHousehold } from "../things.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  attendance: id("出勤编号", "the row's own id"),
  contract: ref("合同编号", "the 公益岗位 contract", contract),
  household: ref("户编号", "the household", household),
  person: id("人编号", "who worked"),
  quantity: decimal("数量", "units of work, as the contract counts them"),
  ...rowColumns,
};

type JudgedPost = Judged<typeof columns>;

function isOfOtherContract({ row, of }: JudgedPost): string | false {
  const terms = termsOf(of.contract, row.date);
  if (terms.kind !== "post") return "the contract is no 公益岗位";
  const bound = terms.household;
  return bound !== undefined && bound !== row.household && "the contract is another household's";
}

/** Rows of posts.csv: who worked how much at a post. */
export const posts = rowKind({
  ...ofProgramme("posts"),
  summary: "Record attendance at a post",
  columns,
  personal: rowPersonal,
  id: "attendance",
  key: keys.attendance,
  rules: [
    "contract",
    "household",
    [
      "PersonUnknown",
      "person",
      ({ row, facts }) => notOfHousehold(row.person, row.household, facts),
    ],
    ["ContractMismatch", "contract", isOfOtherContract],
    [
      "ContractNotInForce",
      "date",
      ({ row, of }) => notInForce(termsOf(of.contract, row.date), row.date)?.message ?? false,
    ],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "AttendanceRecorded",
    data: statedBy(judged),
  }),
  examples: [
    {
      attendance: "CQ-00001",
      contract: "HT-00009",
      household: "5399990010000001",
      person: "539999001000000101",
      quantity: "22",
      date: "2026-03-31",
    },
  ],
});
