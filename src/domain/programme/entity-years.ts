import { count, id, moneyOrZero, ref, year } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { organisation } from "../things.ts";
import { balanceOf } from "./balances.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  report: id("年报编号", "the report's own id"),
  organisation: ref("主体编号", "whose it is", organisation),
  year: year("年度", "of which year"),
  turnover: moneyOrZero("营业收入", "yuan"),
  profit: moneyOrZero("利润", "yuan"),
  loss: moneyOrZero("亏损", "yuan"),
  employed: count("从业人数", "persons who work there"),
  employedPoor: count("贫困从业人数", "of these from poor households"),
  hired: count("新招人数", "persons who were hired in the year"),
  hiredPoor: count("新招贫困人数", "of these from poor households"),
  ...rowColumns,
};

type JudgedReport = Judged<typeof columns>;

function isReported({ row, facts }: JudgedReport): string | false {
  const name = `organisations/${row.organisation}`;
  const reports = standingNaming(programmeOf(facts), name, "entity-years");
  const isThere = reports.some(({ data }) => data.year === row.year);
  return isThere && "another report of the entity and year stands";
}

function isHiringUnmet({ row, facts }: JudgedReport): string | false {
  if (row.hired === 0 || row.hiredPoor > 0) return false;
  const programme = programmeOf(facts);
  const name = `organisations/${row.organisation}`;
  const isSupported = standingNaming(programme, name, "disbursements").some(
    ({ id: one, data }) =>
      data.date.startsWith(`${row.year}-`) &&
      balanceOf(programme.balances, `disbursements/${one}`).net > 0n,
  );
  return isSupported && "the entity was paid in the year and hired nobody poor";
}

/** Rows of entity-years.csv: what entities report of a year. */
export const entityYears = rowKind({
  ...ofProgramme("entity-years"),
  summary: "Record what an entity reports of a year",
  columns,
  personal: rowPersonal,
  id: "report",
  key: keys.entityYear,
  rules: [
    "organisation",
    ["YearReported", "year", isReported],
    ["HiringUnmet", "hiredPoor", isHiringUnmet],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "EntityYearReported",
    data: statedBy(judged),
  }),
  examples: [
    {
      report: "NB-00001",
      organisation: "ORG-001",
      year: "2025",
      turnover: "2000000.00",
      profit: "100000.00",
      loss: "0",
      employed: "40",
      employedPoor: "12",
      hired: "5",
      hiredPoor: "2",
      date: "2026-02-20",
    },
  ],
});
