import type { ProgrammeKind } from "../../../events/programme.ts";
import { signedOf } from "../contract.ts";
import { divisionOf } from "../distribution/division.ts";
import type { Facts } from "../facts.ts";
import { keys, onces } from "../facts.ts";
import { namesOf } from "./names.ts";
import { programmeOf } from "./programme.ts";

/**
 * The administrative division of a row, by whose policy packs it is judged: its 户编号, else its
 * 行政区划, else that of what it names, the first in the order of its columns that has one (an
 * organisation: 行政区划; a plan: its income's entity); empty where nothing has one.
 */
export function divisionOfRow(
  kind: ProgrammeKind,
  said: Readonly<Record<string, unknown>>,
  facts: Facts,
): string {
  const { household, division } = said;
  if (typeof household === "string") return household;
  if (typeof division === "string") return division;
  for (const name of namesOf(kind, said)) {
    const found = divisionNamed(name, facts);
    if (found !== "") return found;
  }
  return "";
}

/** The division of something by its name, `projects/XM-1`; empty where it has none. */
function divisionNamed(name: string, facts: Facts): string {
  const at = name.indexOf("/");
  const [thing, id] = [name.slice(0, at), name.slice(at + 1)];
  if (thing === "households") return id;
  if (thing === "organisations") return divisionOf(id, facts);
  if (thing === "parties") {
    return facts.known(keys.household(id)) === undefined ? divisionOf(id, facts) : id;
  }
  if (thing === "contracts") {
    const event = facts.known(keys.contract(id));
    if (event === undefined) return "";
    const { household, organisation } = signedOf(event);
    return household ?? divisionOf(organisation, facts);
  }
  if (thing === "registers") {
    const opened = facts.first(onces.registerOpened(id));
    return opened === undefined ? "" : divisionOf(opened.data.organisation, facts);
  }
  if (thing === "plans") {
    const organisation = facts.known(keys.plan(id))?.data.organisation;
    return organisation === undefined ? "" : divisionOf(organisation, facts);
  }
  const row = programmeOf(facts).rows.get(name);
  return row === undefined ? "" : divisionOfRow(row.kind, row.data, facts);
}
