import { amendments } from "./amendment.ts";
import { basisRows } from "./distribution/basis.ts";
import { bankFiles } from "./distribution/bank-file.ts";
import { months } from "./distribution/close.ts";
import { settlements } from "./distribution/settle.ts";
import { instructions } from "./distribution/instruct.ts";
import { incomes } from "./distribution/income.ts";
import { plans } from "./distribution/plan.ts";
import { steps } from "./distribution/steps.ts";
import { contracts } from "./contract.ts";
import { roster } from "./household.ts";
import type { Kind } from "./kind.ts";
import { movements } from "./movement.ts";
import { organisations } from "./organisation.ts";
import { packs } from "./pack-command.ts";

/**
 * Every kind of command, in the order in which they build on each other. It is the only list of
 * them.
 */
export const kinds: readonly Kind[] = [
  roster,
  organisations,
  contracts,
  amendments,
  movements,
  incomes,
  plans,
  basisRows,
  steps,
  instructions,
  bankFiles,
  settlements,
  months,
  packs,
];

/** The name of a kind. */
export type KindName = Kind["name"];

/** The names of the kinds that come in files, in the order in which they are imported. */
export const fileKinds: readonly KindName[] = kinds
  .filter(({ isFile }) => isFile)
  .map(({ name }) => name);

const byName = new Map(kinds.map((kind) => [kind.name, kind]));

/** The kind of a name that is known to be one. */
export function kindOf(name: KindName): Kind {
  const kind = byName.get(name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}
