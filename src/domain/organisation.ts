import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import type { Refusal } from "./refusal.ts";
import type { FreeText, Parsed, Row, SealedText } from "./row.ts";
import { cell, checkStorable, freeTextOf, neededId, refuseLossy } from "./row.ts";

const columns: ReadonlySet<string> = new Set([
  "主体编号",
  "名称",
  "类型",
  "统一社会信用代码",
  "行政区划",
]);

/** A row of organisations.csv, well formed. */
export interface OrganisationCommand {
  readonly organisation: string;
  readonly name: string;
  readonly kind: string;
  readonly creditCode: string;
  readonly division: string;
  readonly free: FreeText | undefined;
}

/** Parses a row of organisations.csv; refuses it with `MalformedField`. */
export function parseOrganisation(row: Row): Parsed<OrganisationCommand> {
  const problems: Refusal[] = [];
  checkStorable(row, problems);
  const organisation = neededId(row, "主体编号", problems);
  refuseLossy(row, ["统一社会信用代码"], problems);
  const [first] = problems;
  if (first !== undefined) return { ok: false, key: organisation, refusal: first };
  const command: OrganisationCommand = {
    organisation,
    name: cell(row, "名称"),
    kind: cell(row, "类型"),
    creditCode: cell(row, "统一社会信用代码"),
    division: cell(row, "行政区划"),
    free: freeTextOf(row, columns, columns),
  };
  return { ok: true, command };
}

/** Judges an organisation's row: new, already recorded, or a change of the day of import. */
export function decideOrganisation(
  command: OrganisationCommand,
  sealed: SealedText | undefined,
  today: string,
  facts: Facts,
): DecidedEvent[] {
  const { organisation, name, kind, creditCode, division } = command;
  const key = keys.organisation(organisation);
  const recorded = facts.known(key);
  const data = { organisation, name, kind, creditCode, division, free: sealed };
  const at = {
    stream: streams.organisation(organisation),
    key,
    nth: facts.count(key),
    effectiveDate: today,
  };
  if (recorded === undefined) return [{ ...at, type: "OrganisationRegistered", data }];
  if (
    recorded.type !== "OrganisationRegistered" &&
    recorded.type !== "OrganisationDetailsCorrected"
  ) {
    throw new Error("an organisation key holds an organisation");
  }
  const before = recorded.data;
  const same =
    before.name === name &&
    before.kind === kind &&
    before.creditCode === creditCode &&
    before.division === division;
  return same ? [] : [{ ...at, type: "OrganisationDetailsCorrected", data }];
}
