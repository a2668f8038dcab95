// Attendance at posts: which contract it is of, who worked, and on which day.
import { test } from "tap";
import type { Step } from "../../support/given.ts";
import { judged } from "../../support/programme-judged.ts";
import { postContract, row } from "../../support/programme-rows.ts";

const post: Step = ["contracts", postContract];
const own: Step = ["contracts", { ...postContract, 合同编号: "GW2", 户编号: "H2" }];

test("attendance that is refused", (t) => {
  judged(t, [
    {
      code: "ContractUnknown",
      refused: row("posts"),
      passesAfter: [post],
      passes: row("posts"),
    },
    {
      code: "HouseholdUnknown",
      after: [post],
      refused: row("posts", { 户编号: "H9" }),
      passes: row("posts"),
    },
    {
      code: "PersonUnknown",
      after: [post],
      refused: row("posts", { 人编号: "P2" }),
      passes: row("posts", { 户编号: "H2", 人编号: "P2" }),
    },
    {
      // C2 is a contract for labour.
      code: "ContractMismatch",
      after: [post],
      refused: row("posts", { 合同编号: "C2" }),
      passes: row("posts"),
    },
    {
      code: "ContractMismatch",
      after: [own],
      refused: row("posts", { 合同编号: "GW2" }),
      passes: row("posts", { 合同编号: "GW2", 户编号: "H2", 人编号: "P2" }),
    },
    {
      code: "ContractNotInForce",
      after: [post],
      refused: row("posts", { 业务日期: "2026-01-01" }),
      passes: row("posts", { 业务日期: "2025-12-31" }),
    },
    {
      code: "MalformedField",
      after: [post],
      refused: row("posts", { 数量: "0" }),
      passes: row("posts", { 数量: "0.0001" }),
    },
  ]);
  t.end();
});
