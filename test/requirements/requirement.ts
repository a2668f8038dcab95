// A requirement of the five policies, said by an example of rows and answers. What meets it is not
// written down beside the example: it is read off it.
import type { KindName } from "../../src/domain/kinds.ts";
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { county } from "../support/programme-rows.ts";

/** One thing that is done in an example, or asked. */
export type Deed =
  /** Rows that the example needs; they are recorded. */
  | { readonly do: "given"; readonly steps: readonly Step[] }
  /** A row that meets the requirement by what it says; no remark is made of it. */
  | { readonly do: "recorded"; readonly step: Step }
  /** A row that a rule refuses. */
  | { readonly do: "refused"; readonly code: string; readonly step: Step }
  /** A row that is recorded with a remark. */
  | { readonly do: "remarked"; readonly code: string; readonly step: Step }
  /** A bank pays all lines of some plans that are due, and books those of some households. */
  | {
      readonly do: "credited";
      readonly plans: readonly string[];
      readonly households: readonly string[];
    }
  /** A row of a report, of its total (`total`) or of its other members (`answer`). */
  | {
      readonly do: "reported";
      readonly report: string;
      readonly told: Readonly<Record<string, string>>;
      readonly row: string;
      readonly figures: Readonly<Record<string, unknown>>;
    }
  /** What another question answers, in part. */
  | {
      readonly do: "answered";
      readonly question: string;
      readonly told: Readonly<Record<string, string>>;
      readonly answer: unknown;
    };

/** A requirement: R1 to R160 of the inventory of the five policies. */
export interface Requirement {
  readonly id: `R${number}`;
  /** The policy that asks it, by its short name, and where. */
  readonly source: string;
  /** What it asks, in a sentence. */
  readonly asks: string;
  /** What the example shows, in a sentence. */
  readonly shows: string;
  /** What of it is a matter of another part of the ledger, or a doubt. */
  readonly note?: string;
  /** The county that the example begins with; `county` of the programme's rows where absent. */
  readonly county?: readonly Step[];
  readonly example: readonly Deed[];
}

/** Rows that an example needs. */
export const given = (...steps: readonly Step[]): Deed => ({ do: "given", steps });

/** A row that is recorded, without a remark. */
export const recorded = (step: Step): Deed => ({ do: "recorded", step });

/** A row that a rule refuses. */
export const refused = (code: string, step: Step): Deed => ({ do: "refused", code, step });

/** A row that is recorded with a remark. */
export const remarked = (code: string, step: Step): Deed => ({ do: "remarked", code, step });

/** Lines of plans that a bank pays on the fourth of March: it books those of these households. */
export function credited(plans: readonly string[], households: readonly string[]): Deed {
  return { do: "credited", plans, households };
}

/** What a report says in a row. */
export function reported(
  report: string,
  told: Readonly<Record<string, string>>,
  row: string,
  figures: Readonly<Record<string, unknown>>,
): Deed {
  return { do: "reported", report, told, row, figures };
}

/** What another question answers, in part. */
export function answered(
  question: string,
  told: Readonly<Record<string, string>>,
  answer: unknown,
): Deed {
  return { do: "answered", question, told, answer };
}

/** The rows that an example begins with. */
export function countyOf({ county: own = county }: Requirement): readonly Step[] {
  return own;
}

/** What an example uses of the ledger. */
export interface Uses {
  /** Kinds of rows, with the types or steps of each. */
  readonly rows: ReadonlyMap<KindName, ReadonlySet<string>>;
  readonly codes: ReadonlySet<string>;
  readonly reports: ReadonlySet<string>;
  readonly questions: ReadonlySet<string>;
}

/** Columns that tell the rows of one kind apart. */
const types: Partial<Readonly<Record<KindName, string>>> = {
  ...{ contracts: "合同类型", movements: "业务类型", plans: "分配方式", amendments: "变更类型" },
  ...{ models: "步骤", "project-steps": "步骤", "asset-steps": "步骤", steps: "步骤" },
  ...{ "loan-steps": "步骤", claims: "步骤", "case-steps": "步骤", rounds: "步骤" },
  ...{ activities: "活动类型", officers: "职务", allocations: "资金方式", bindings: "层级" },
  ...{ loans: "贷款种类", subsidies: "类型", guarantees: "担保类型", policies: "险种" },
  ...{ "risk-fund": "方向", herd: "动作", cases: "类型", liquidation: "动作", ends: "原表" },
  ...{ corrections: "原表", duties: "责任类型" },
};

/** What meets a requirement: what its example shows, without what it only needs. */
export function usesOf({ example }: Requirement): Uses {
  const rows = new Map<KindName, Set<string>>();
  const codes = new Set<string>();
  const reports = new Set<string>();
  const questions = new Set<string>();
  for (const deed of example) {
    if (deed.do === "reported") reports.add(deed.report);
    else if (deed.do === "answered") questions.add(deed.question);
    else if (deed.do !== "given" && deed.do !== "credited") {
      const [kind, cells] = deed.step;
      const of = rows.get(kind) ?? new Set();
      rows.set(kind, of.add(typeOf(kind, cells)));
      if (deed.do !== "recorded") codes.add(deed.code);
    }
  }
  return { rows, codes, reports, questions };
}

function typeOf(kind: KindName, cells: CountyRow): string {
  const column = types[kind];
  return column === undefined ? "" : (cells[column] ?? "");
}
