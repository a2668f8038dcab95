// Reports over HTTP and on the command line: one family of routes, as JSON, as tables, row by row,
// the same on both sides, and what is no question.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "tap";
import { openTable } from "../../src/exchange/table-reader.ts";
import { reports } from "../../src/queries/reports/reports.ts";
import { ledgerPlace, testService } from "../support/service.ts";
import { answerHere, sunshineHere } from "../support/sunshine.ts";

test("reports on every side", async (t) => {
  const place = await ledgerPlace(t);
  const { seed, get } = await testService(t, { place });
  await seed();
  const { env, dataDir } = place;
  const cli = (...words: string[]) => answerHere(["report", ...words], { env });

  const day = "/v1/report/coverage?on=2025-12-31&by=county";
  const answer = (await get(day)).json<{ rows: { row: string; households: number }[] }>();
  t.strictSame(Object.keys(answer), ["report", "on", "position", "rows", "total"]);
  const [row] = answer.rows;
  t.match(row, { row: /县$/, households: /^\d+$/ });
  const said = await cli("coverage", "--on", "2025-12-31", "--by", "county");
  t.strictSame(said.document, answer, "the command line says the same");

  const explain = `${day}&explain=${encodeURIComponent(row?.row ?? "")}`;
  const explained = (await get(explain)).json<{ figures: { households: { facts: object[] } } }>();
  t.strictSame(Object.keys(explained), ["report", "row", "figures"]);
  t.equal(explained.figures.households.facts.length, row?.households);

  const csv = await get(`${day}&format=csv`);
  t.match(csv.headers["content-type"], /text\/csv/);
  t.match(csv.payload, /row,households,goal\.all/);
  const csvSaid = await sunshineHere(
    ["report", "coverage", "--on", "2025-12-31", "--by", "county", "--csv"],
    { env },
  );
  t.match(csvSaid.stdout, new RegExp(`${row?.row ?? ""},${String(row?.households)},`));
  const file = join(dataDir, "coverage.xlsx");
  const written = ["--on", "2025-12-31", "--by", "county", "--xlsx", file];
  t.equal((await cli("coverage", ...written)).status, 0);
  const table = await openTable(file, { idColumn: "row", known: ["row", "households"] });
  const keys: unknown[] = [];
  for await (const batch of table.batches(100)) keys.push(...batch.map(({ cells }) => cells[0]));
  t.strictSame(keys, [row?.row, "合计"], "a workbook has a line for the total");
  const workbook = await get(`${day}&format=xlsx`);
  t.equal(workbook.rawPayload.length, (await readFile(file)).length);

  for (const [url, code] of [
    ["/v1/report/coverage?on=2025-12-31&year=2025", "MalformedRequest"],
    ["/v1/report/coverage?on=2025-02-30", "MalformedRequest"],
    ["/v1/report/coverage?by=person", "MalformedRequest"],
    ["/v1/report/remarks?from=2025-02-01&to=2025-01-01", "MalformedRequest"],
    ["/v1/report/coverage?division=x", "DivisionUnknown"],
    ["/v1/report/coverage?explain=x", "RowUnknown"],
    ["/v1/report/none", "NotFound"],
  ] as const) {
    t.match((await get(url)).json(), { code }, url);
  }
  for (const [words, status] of [
    [["coverage", "--on", "2025-12-31", "--year", "2025"], 2],
    [["coverage", "--by", "person"], 2],
    [["none"], 2],
    [["coverage", "--division", "x"], 1],
    [["coverage", "--explain", "x"], 1],
  ] as const) {
    const ended = await sunshineHere(["report", ...words], { env });
    t.equal(ended.status, status, words.join(" "));
  }
  const reference = (await get("/openapi.json")).json<{ paths: Record<string, object> }>();
  for (const { name, of } of reports) {
    const path = of === undefined ? `/v1/report/${name}` : `/v1/report/${name}/{id}`;
    t.match(reference.paths[path], { get: { "x-right": "sums" } }, path);
  }
});
