import { turnable } from "../../src/domain/parameters.ts";
import type { Requirement } from "../../test/requirements/requirement.ts";
import { usesOf } from "../../test/requirements/requirement.ts";
import { notice } from "./notice.ts";

const marks = { refuse: "°", report: "†", off: "" } as const;

/** The page that says by which rows, rules and reports each requirement is met. */
export function requirementsPage(requirements: readonly Requirement[]): string {
  const counted = { rows: new Set<string>(), codes: new Set<string>(), reports: new Set<string>() };
  for (const { rows, codes, reports } of requirements.map(usesOf)) {
    for (const kind of rows.keys()) counted.rows.add(kind);
    for (const code of codes) counted.codes.add(code);
    for (const report of reports) counted.reports.add(report);
  }
  return [
    "# Requirements",
    "",
    notice,
    "",
    "R1 to R160 are what five policies ask of a ledger of benefit distribution. Each is met by",
    "rows, by rules that judge them and by reports that show them. Nothing of this page is written",
    "by hand: for each requirement there is an example in `test/requirements`, rows as a bureau",
    "would import them and what the ledger answers, which `test/integration/requirements.test.ts`",
    "runs on a ledger of its own; what meets a requirement is what its example uses.",
    "",
    "S0 is Guizhou's guidance of about 2014, S1 华宁县's plan of 2021, S2 东安区's rules of 2020, S3",
    "Xinjiang's draft of 2018, S4 a talk on Hunan's of about 2016. A rule with ° refuses a row and",
    "one with † has it recorded with a remark, unless a policy pack of the county says otherwise;",
    "one without a mark is never turned. Types or steps of rows are said in brackets.",
    "",
    `The examples use ${counted.rows.size} kinds of rows, ${counted.codes.size} rules and ` +
      `${counted.reports.size} reports.`,
    "",
    ...requirements.flatMap(entry),
  ].join("\n");
}

function entry(requirement: Requirement): string[] {
  const { id, source, asks, shows, note } = requirement;
  const { rows, codes, reports, questions } = usesOf(requirement);
  const said = [
    ["Rows", [...rows].map(([kind, types]) => `\`${kind}\`${typesSaid(types)}`)],
    ["Rules", [...codes].sort().map((code) => `\`${code}\`${markOf(code)}`)],
    ["Reports", [...reports].sort().map((report) => `\`${report}\``)],
    ["Also answered by", [...questions].sort().map((question) => `\`${question}\``)],
  ] as const;
  return [
    `## ${id}`,
    "",
    `${asks} (${source})`,
    "",
    ...said.flatMap(([what, names]) =>
      names.length === 0 ? [] : [`- ${what}: ${names.join(" · ")}`],
    ),
    `- Example: ${shows}`,
    ...(note === undefined ? [] : [`- Note: ${note}`]),
    "",
  ];
}

function typesSaid(types: ReadonlySet<string>): string {
  const named = [...types].filter((type) => type !== "");
  return named.length === 0 ? "" : ` (${named.join(" ")})`;
}

function markOf(code: string): string {
  const turn = turnable.get(code);
  return turn === undefined ? "" : marks[turn];
}
