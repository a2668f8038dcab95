import type { ProgrammeKind } from "../../../events/programme.ts";
import { recognisedModels } from "../../../events/programme-words.ts";
import type { Thing } from "../columns.ts";
import type { RefusalCode } from "../refusal.ts";
import { programmeOf, standingNaming, standingRow } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** A row of the programme that others name; what was taken back is unknown. */
export function recorded<K extends ProgrammeKind>(
  kind: K,
  code: RefusalCode,
): Thing<ProgrammeRow<K>> {
  return {
    unknown: [code, "is not recorded"],
    known: (facts, id) => standingRow(programmeOf(facts), kind, id),
  };
}

/** Money given for the programme. */
export const fund = recorded("funds", "FundUnknown");
/** A project. */
export const project = recorded("projects", "ProjectUnknown");
/** A part of a fund that a project has. */
export const allocation = recorded("allocations", "AllocationUnknown");
/** Money paid out of an allocation. */
export const disbursement = recorded("disbursements", "DisbursementUnknown");
/** Who is bound to whom. */
export const binding = recorded("bindings", "BindingUnknown");
/** Who holds a post. */
export const officer = recorded("officers", "OfficerUnknown");
/** What the programme has built or bought. */
export const asset = recorded("assets", "AssetUnknown");
/** A case of supervision. */
export const supervisionCase = recorded("cases", "CaseUnknown");

/** A model of benefit linkage by its number: its proposal, or one that stands without. */
export const model: Thing<{ readonly data: { readonly date: string } }> = {
  unknown: ["ModelUnknown", "is not proposed"],
  known: (facts, id) => {
    if (recognisedModels.has(id)) return { data: { date: "" } };
    return standingNaming(programmeOf(facts), `model/${id}`, "models")[0];
  },
};
