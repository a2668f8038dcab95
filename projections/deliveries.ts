import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** Produce that households have sold, in kilograms; a purchase that was taken back stays as one. */
export const deliveries: Projection = {
  name: "deliveries",
  version: 3,
  tables: [
    {
      name: "deliveries",
      columns: {
        reference: id,
        position: "bigint",
        effective: "date",
        household: id,
        organisation: id,
        contract: id,
        kilograms: "numeric",
      },
      primaryKey: "reference",
      indexes: {
        deliveries_organisation: "(organisation, effective)",
        deliveries_household: "(household, organisation, effective)",
      },
    },
    {
      name: "delivery_reversals",
      columns: { reference: id, position: "bigint", effective: "date", reversal: id },
      primaryKey: "reference",
      indexes: {},
    },
  ],
  invariants: [
    {
      holds: "only what was delivered is taken back",
      breaches: `SELECT 'delivery ' || reference || ' is taken back and was never made' AS breach
        FROM {schema}.delivery_reversals r
        WHERE NOT EXISTS (SELECT 1 FROM {schema}.deliveries d WHERE d.reference = r.reference)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    if (event.type === "ProducePurchased") {
      const { reference, household, organisation, contract, quantity } = event.data;
      const { position, meta } = event;
      const whose = [household, organisation, contract];
      write("deliveries", [reference, position, meta.effectiveDate, ...whose, quantity]);
    } else if (event.type === "PaymentReversed" && event.data.leg === "order") {
      const { reference, reverses } = event.data;
      write("delivery_reversals", [reverses, event.position, event.meta.effectiveDate, reference]);
    }
  },
};
