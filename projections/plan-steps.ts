import { isStep, stepKinds } from "../events/steps.ts";
import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** Steps of plans, one row each: what was decided, published and done, by whom, on which day. */
export const planSteps: Projection = {
  name: "plan_steps",
  version: 2,
  tables: [
    {
      name: "plan_steps",
      columns: {
        position: "bigint",
        plan: id,
        version: "integer",
        step: id,
        kind: id,
        effective: "date",
        by: "text",
        /** For a list that was sent back: from which step. */
        sent_from: id,
        line: "integer",
        household: id,
        organisation: id,
        person: id,
        objection: id,
        outcome: id,
        level: id,
        place: "text",
        channels: "text",
        until: "date",
        phones: "text",
        payments: "integer",
        sealed: id,
        /** SHA-256 of what it rests on, parted by blanks. */
        documents: "text",
        free: id,
      },
      primaryKey: "position",
      indexes: { plan_steps_plan: "(plan)", plan_steps_objection: "(objection)" },
    },
  ],
  invariants: [
    {
      holds: "every step is one of a plan",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'step ' || step || ' is one of an unknown plan' AS breach
        FROM {schema}.plan_steps s
        WHERE position <= (SELECT min(position) FROM projections) AND NOT EXISTS (
          SELECT 1 FROM {schema}.plans p WHERE p.plan = s.plan)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    if (!isStep(event.type)) return;
    const said: Said = event.data as never;
    write("plan_steps", [
      event.position,
      said.plan,
      said.version,
      said.step,
      stepKinds[event.type],
      said.date,
      said.by,
      said.from,
      said.line,
      said.household,
      said.organisation,
      said.person,
      said.objection,
      said.outcome,
      said.level,
      said.place,
      said.channels,
      said.until,
      said.phones,
      said.payments,
      said.sealed,
      said.documents?.join(" "),
      said.free?.item,
    ]);
  },
};

/** What steps say, each of them some of it. */
interface Said {
  readonly plan: string;
  readonly version?: number;
  readonly step: string;
  readonly date: string;
  readonly by: string;
  readonly from?: string;
  readonly line?: number;
  readonly household?: string;
  readonly organisation?: string;
  readonly person?: string;
  readonly objection?: string;
  readonly outcome?: string;
  readonly level?: string;
  readonly place?: string;
  readonly channels?: string;
  readonly until?: string;
  readonly phones?: string;
  readonly payments?: number;
  readonly sealed?: string;
  readonly documents?: readonly string[];
  readonly free?: { readonly item: string };
}
