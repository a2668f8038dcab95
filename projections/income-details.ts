import type { EventName } from "../events/index.ts";
import type { MovementKind } from "../events/movements.ts";
import { movementKinds, movementKindNamed } from "../events/movements.ts";
import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

const byEvent = new Map<string, MovementKind>(
  Object.values<MovementKind>(movementKinds).map((kind) => [kind.event, kind]),
);

/** What a row may say of a movement, or of the one that it takes back. */
interface Said {
  readonly reference: string;
  readonly reverses?: string;
  readonly leg?: string;
  readonly movement?: string;
  readonly branch?: string;
  readonly programme?: string;
}

/** The legs whose amounts stand by what is said of them, or by their day. */
const detailed: ReadonlySet<string> = new Set(["order", "rebate", "plot", "policy"]);

const reversals: ReadonlySet<EventName> = new Set<EventName>([
  "PaymentReversed",
  "HouseholdMovementReversed",
]);

/**
 * What decides where an amount stands in classifications of income and its posting does not say:
 * 经营类别, 补助项目, and that a household paid it. Only movements that need it have a row: without
 * one a household received the amount, of no branch that is told. What takes such a movement back
 * has a row of its own, and stands where the movement does that it names.
 */
export const incomeDetails: Projection = {
  name: "income_details",
  version: 1,
  tables: [
    {
      name: "income_details",
      columns: {
        position: "bigint",
        effective: "date",
        reference: id,
        reverses: id,
        is_paid: "boolean",
        branch: id,
        programme: id,
      },
      primaryKey: "position",
      indexes: { income_details_reference: "(reference)" },
    },
  ],
  invariants: [
    {
      holds: "what is taken back was recorded before it",
      breaches: `SELECT 'movement ' || reference || ' takes back what is recorded later' AS breach
        FROM {schema}.income_details r
        WHERE EXISTS (SELECT 1 FROM {schema}.income_details o
          WHERE o.reference = r.reverses AND o.position >= r.position)
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    const said = data as Said;
    const isReversal = reversals.has(type);
    const kind = isReversal ? movementKindNamed(said.movement ?? "") : byEvent.get(type);
    const leg = kind?.leg ?? (type === "ProducePurchased" ? "order" : said.leg);
    if (leg === undefined || (kind === undefined && leg !== "order")) return;
    const isPaid = kind?.household === "pays";
    const { branch, programme, reference, reverses } = said;
    // A plot counts by its day, which what takes it back has to find.
    const isTold = branch !== undefined || programme !== undefined || leg === "plot";
    if (!isPaid && !(isReversal ? detailed.has(leg) : isTold)) return;
    const day = meta.effectiveDate;
    const whose = [reference, reverses, String(isPaid)];
    write("income_details", [position, day, ...whose, branch, programme]);
  },
};
