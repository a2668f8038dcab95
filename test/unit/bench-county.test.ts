// The county that is measured is one that can be recorded: every row of it is well formed.
import { test } from "tap";
import type { CountyKind } from "../../bench/county.ts";
import { columns, commandsOf, countyOf, rowsOf } from "../../bench/county.ts";
import { kindOf } from "../../src/domain/kinds.ts";

void test("the rows of the measured county", (t) => {
  const size = countyOf(1_000);
  for (const name of Object.keys(columns) as CountyKind[]) {
    const known = new Set(Object.values(kindOf(name).columns).map(({ column }) => column));
    const own = columns[name].filter((column) => known.has(column));
    t.ok(own.length >= 5, `${name}: its columns are the kind's`);
    const rows = [...rowsOf(name, size)];
    t.ok(rows.length > 0, name);
    for (const row of rows) t.equal(row.length, columns[name].length, `${name}: a cell a column`);
    t.equal([...commandsOf(name, rows)].length, rows.length, `${name}: every row is well formed`);
  }
  t.end();
});
