// What a step needs must be filled, each column by itself.
import { test } from "tap";
import { kindOf } from "../../src/domain/kinds.ts";
import { readText } from "../../src/domain/cell.ts";
import { stepColumns, stepNeeds } from "../../src/domain/distribution/step-columns.ts";
import type { CountyRow } from "../support/county.ts";
import { step } from "../support/plan-rows.ts";

const { parse } = kindOf("steps");
const hash = "a".repeat(64);
/** What no row of a test says by itself. */
const filled: CountyRow = { 材料: hash, 清单哈希: hash, 户编号: "H1", 金额: "1", 凭证号: "1" };

function refusalOf(row: CountyRow) {
  const cells = Object.fromEntries(
    Object.entries(row).map(([name, text]) => [name, readText(text)]),
  );
  const parsed = parse({ cells });
  return parsed.ok ? undefined : parsed.refusal;
}

for (const [name, needs] of Object.entries(stepNeeds)) {
  const kind = stepColumns.kind.values?.[name] ?? name;
  void test(kind, (t) => {
    const whole = step(kind, { ...filled, 说明: "有", 复核人: "乙" });
    t.equal(refusalOf(whole), undefined, `is well formed: ${JSON.stringify(whole)}`);
    for (const needed of needs) {
      const { column } = stepColumns[needed];
      t.match(refusalOf({ ...whole, [column]: "" }), {
        code: "MalformedField",
        field: column,
        message: new RegExp(`^${column} is (needed|not one of)`),
      });
    }
    t.end();
  });
}
