import { eventType } from "../events/index.ts";
import { isOfProgramme, programmeKinds } from "../events/programme.ts";
import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** The kinds of rows of other categories by the space of keys that their events are under. */
const kindsOfKeys: Readonly<Record<string, string>> = {
  movement: "movements",
  contract: "contracts",
  income: "income",
  plan: "plans",
};

/** What is said of rows that are recorded all the same, a row each. */
export const remarks: Projection = {
  name: "remarks",
  version: 1,
  tables: [
    {
      name: "remarks",
      columns: {
        position: "bigint",
        line: "integer",
        effective: "date",
        kind: id,
        id,
        code: id,
        message: "text",
        /** The household or else the division that the row names. */
        household: id,
        division: id,
      },
      primaryKey: "position, line",
      indexes: { remarks_day: "(effective)" },
    },
  ],
  invariants: [
    {
      holds: "every remark on a row of the programme is one on a row that is recorded",
      breaches: `SELECT 'remark ' || code || ' is on no row: ' || kind || '/' || id AS breach
        FROM {schema}.remarks m
        WHERE position <= (SELECT min(position) FROM projections)
          AND kind NOT IN ('movements', 'contracts', 'income', 'plans') AND NOT EXISTS (
          SELECT 1 FROM {schema}.programme_rows r WHERE r.position = m.position)
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    const said: Said & Readonly<Record<string, unknown>> = data;
    const { remarks: own, household, division } = said;
    if (own === undefined) return;
    const { key, reference } = eventType(type);
    const kind = isOfProgramme(type) ? programmeKinds[type] : kindsOfKeys[key];
    own.forEach(({ code, message }, line) => {
      const row = [kind ?? key, String(said[reference ?? ""])];
      const where = [household, division];
      write("remarks", [position, line, meta.effectiveDate, ...row, code, message, ...where]);
    });
  },
};

interface Said {
  readonly remarks?: readonly { readonly code: string; readonly message: string }[] | undefined;
  readonly household?: string | undefined;
  readonly division?: string | undefined;
}
