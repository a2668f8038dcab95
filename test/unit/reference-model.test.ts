import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import t from "tap";
import { projectRoot } from "../../src/root.ts";
import { countyColumns, numbered, randomCounty, toCsv } from "../support/county.ts";
import {
  type ImportReply,
  type InputRow,
  type ReferenceModel,
  referenceModel,
  refusalCodes,
  type Statement,
} from "../support/reference-model.ts";

interface ExpectedReply {
  readonly rows: number;
  readonly recorded: number;
  readonly alreadyRecorded: number;
  readonly refused: readonly { row: number; 业务编号: string; code: string }[];
}

type ExpectedStatements = Record<string, Record<string, Statement>>;
type ExpectedOwnership = Record<string, Record<string, string>>;

interface Expected extends ExpectedReply {
  readonly households: number;
  readonly persons: number;
  readonly statements: ExpectedStatements;
  readonly ownership: ExpectedOwnership;
  readonly ownershipOn: Record<string, ExpectedOwnership>;
  readonly registers: Record<string, { holders: number; shares: string }>;
  readonly again: ExpectedReply & {
    readonly changed: readonly string[];
    readonly statements: ExpectedStatements;
  };
}

const sample = pathToFileURL(join(projectRoot, "test/golden/sample/"));
const expected = JSON.parse(readFileSync(new URL("expected.json", sample), "utf8")) as Expected;

function rowsOf(csv: string): InputRow[] {
  return numbered(parse(csv, { columns: true, bom: true }));
}

function sampleRows(file: string): InputRow[] {
  return rowsOf(readFileSync(new URL(file, sample), "utf8"));
}

function sampleModel(): ReferenceModel {
  const model = referenceModel();
  model.importRoster(sampleRows("roster.csv"));
  model.importOrganisations(sampleRows("organisations.csv"));
  model.importContracts(sampleRows("contracts.csv"));
  return model;
}

function expectedReply({ rows, recorded, alreadyRecorded, refused }: ExpectedReply): ImportReply {
  const refusals = refused.map(({ row, 业务编号: key, code }) => ({ row, key, code }));
  return { rows, recorded, alreadyRecorded, refused: refusals as ImportReply["refused"] };
}

function periodStatement(model: ReferenceModel, household: string, period: string): Statement {
  if (period === "all") return model.statement(household);
  return model.statement(household, `${period}-01-01`, `${period}-12-31`);
}

/** The model's statements of the same households and periods. */
function statementsLike(model: ReferenceModel, like: ExpectedStatements): ExpectedStatements {
  const periods = (household: string, row: Record<string, Statement>): [string, Statement][] =>
    Object.keys(row).map((period) => [period, periodStatement(model, household, period)]);
  return Object.fromEntries(
    Object.entries(like).map(([household, row]) => {
      return [household, Object.fromEntries(periods(household, row))];
    }),
  );
}

function ownershipLike(model: ReferenceModel, like: ExpectedOwnership, on?: string) {
  const households = Object.keys(like);
  return Object.fromEntries(households.map((id) => [id, model.ownership(id, on)]));
}

t.test("the reference model of the sample county", (t) => {
  const model = sampleModel();
  const movements = sampleRows("movements.csv");

  t.strictSame(model.importMovements(movements), expectedReply(expected), "predicts the import");
  t.equal(model.households().length, expected.households);
  t.equal(model.persons().length, expected.persons);
  t.strictSame(statementsLike(model, expected.statements), expected.statements, "statements");
  t.strictSame(ownershipLike(model, expected.ownership), expected.ownership, "ownership");
  for (const [day, ownership] of Object.entries(expected.ownershipOn)) {
    t.strictSame(ownershipLike(model, ownership, day), ownership, `ownership on ${day}`);
  }
  for (const [register, { holders, shares }] of Object.entries(expected.registers)) {
    const held = model.holders(register);
    t.strictSame(
      { holders: Object.keys(held.holders).length, shares: held.shares },
      {
        holders,
        shares,
      },
    );
  }

  const { again } = expected;
  t.strictSame(model.importMovements(movements), expectedReply(again), "predicts it again");
  const statements = { ...expected.statements, ...again.statements };
  t.strictSame(statementsLike(model, statements), statements, "statements after it");
  t.strictSame(Object.keys(again.statements), again.changed);
  t.end();
});

const lease = {
  业务类型: "租金",
  户编号: "5304241040010015",
  主体编号: "ORG-003",
  合同编号: "HT-00001",
  业务日期: "2025-05-08",
  数量: "1",
  单价: "300",
  金额: "300",
};

function importOne(model: ReferenceModel, cells: Record<string, string>): string {
  const { recorded, refused } = model.importMovements([{ row: 2, cells }]);
  return refused[0]?.code ?? (recorded === 1 ? "recorded" : "alreadyRecorded");
}

t.test("the reference model judges", (t) => {
  const model = sampleModel();
  const send = (reference: string, change: Record<string, string>): string =>
    importOne(model, { ...lease, 业务编号: reference, ...change });

  t.equal(send("A", {}), "recorded");
  const otherWriting = { 业务日期: " 2025/5/8", 单价: "0300.00", 备注: "  ", 未知: "1" };
  t.equal(send(" A ", otherWriting), "alreadyRecorded", "other writing is the same content");
  t.equal(send("A", { 备注: "改" }), "ReferenceConflict");
  t.equal(send("B", { 金额: "300.000" }), "MalformedField", "three decimals of money");
  t.equal(send("B", { 业务日期: "2025-02-29" }), "MalformedField", "an impossible day");
  t.equal(send("B", { 单价: "301", 金额: "1" }), "PriceNotContract", "the earlier of two rules");
  t.equal(send("B", { 业务日期: "2026-12-31" }), "recorded", "the last day, a number free again");
  t.equal(send("C", { 业务日期: "2027-01-01" }), "ContractNotInForce");

  const reversal = { 业务类型: "冲销", 原业务编号: "A", 业务日期: "2025-05-07" };
  t.equal(send("R", reversal), "OriginalUnknown", "before the original");
  const later = { ...reversal, 业务日期: "2026-01-01" };
  t.equal(send("R", { ...later, 户编号: "?" }), "ContractMismatch", "filled, but not its own");
  t.equal(send("R", { ...later, 金额: "299" }), "AmountMismatch");
  t.equal(send("R", { ...later, 户编号: lease.户编号, 数量: "?" }), "recorded");
  t.equal(send("S", { ...reversal, 业务日期: "2026-01-02" }), "AlreadyReversed");
  t.equal(send("S", { ...reversal, 原业务编号: "R", 业务日期: "2027-01-01" }), "OriginalUnknown");
  const household = lease.户编号;
  t.strictSame(model.statement(household, "2026-01-01", "2026-01-31"), {
    legs: { rent: "-300.00" },
    total: "-300.00",
  });
  t.strictSame(model.statement(household, "2025-01-01", "2026-01-31"), { legs: {}, total: "0.00" });
  t.end();
});

t.test("a pool shared by the reference model goes to the lowest 户编号 on a tie", (t) => {
  const model = sampleModel();
  const holders = ["5304241022150000", "5304240010080001", "5304242012030002"];
  const capital = {
    主体编号: "ORG-007",
    合同编号: "HT-00038",
    股权登记簿: "GQ-06",
    资本类型: "现金",
  };
  const paidIn = { ...capital, 业务类型: "折股", 业务日期: "2025-03-15", 金额: "1000" };
  for (const 户编号 of holders) importOne(model, { ...paidIn, 户编号, 业务编号: `S${户编号}` });
  const pool = {
    ...capital,
    业务类型: "分红",
    业务编号: "D",
    业务日期: "2025-03-15",
    金额: "0.05",
  };
  t.equal(importOne(model, { ...pool, 业务日期: "2025-03-14" }), "NoShares");
  t.equal(importOne(model, pool), "recorded");
  t.strictSame(
    holders.map((household) => model.statement(household).total),
    ["0.02", "0.02", "0.01"],
  );
  t.strictSame(model.holders("GQ-06").shares, "3.7500");
  t.end();
});

t.test("a random county", (t) => {
  const options = { seed: 20_250_301, households: 60, movements: 12_000 };
  const county = randomCounty(options);
  const asText = JSON.stringify(county);
  t.ok(JSON.stringify(randomCounty(options)) === asText, "is the same from the same seed");
  t.ok(JSON.stringify(randomCounty({ ...options, seed: 1 })) !== asText, "is its seed’s own");
  t.equal(county.movements.length, options.movements);

  const model = referenceModel();
  const replies = [
    model.importRoster(numbered(county.roster)),
    model.importOrganisations(numbered(county.organisations)),
    model.importContracts(numbered(county.contracts)),
    model.importAmendments(numbered(county.amendments)),
    model.importMovements(numbered(county.movements)),
  ];
  for (const { rows, recorded, alreadyRecorded, refused } of replies) {
    t.equal(recorded + alreadyRecorded + refused.length, rows, "each row has one outcome");
    t.ok(recorded > rows / 3 && alreadyRecorded > 0 && refused.length > 0);
  }
  const codes = new Set(replies.flatMap(({ refused }) => refused.map(({ code }) => code)));
  t.strictSame([...codes].sort(), [...refusalCodes].sort(), "reaches every code");
  t.equal(model.households().length, options.households);

  const fromCsv = referenceModel();
  fromCsv.importRoster(rowsOf(toCsv(county.roster, countyColumns.roster)));
  fromCsv.importOrganisations(rowsOf(toCsv(county.organisations, countyColumns.organisations)));
  fromCsv.importContracts(rowsOf(toCsv(county.contracts, countyColumns.contracts)));
  fromCsv.importAmendments(rowsOf(toCsv(county.amendments, countyColumns.amendments)));
  const { movements } = countyColumns;
  const reply = fromCsv.importMovements(rowsOf(toCsv(county.movements, movements)));
  t.ok(JSON.stringify(reply) === JSON.stringify(replies.at(-1)), "is the same through CSV");
  t.end();
});
