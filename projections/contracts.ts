import type { EventData } from "../events/index.ts";
import { laterTermColumns, laterTermsOf } from "./contract-terms.ts";
import type { Projection, ProjectedEvent, WriteRow } from "./define.ts";

const id = 'text COLLATE "C"';

/** The register of contracts; a share contract names the register of shares it belongs to. */
export const contracts: Projection = {
  name: "contracts",
  version: 2,
  tables: [
    {
      name: "contracts",
      columns: {
        contract: id,
        position: "bigint",
        kind: id,
        organisation: id,
        household: id,
        signed_on: "date",
        in_force_from: "date",
        in_force_to: "date",
        quantity: "numeric",
        price: "numeric",
        floor_price: "numeric",
        register: id,
        par_value: "numeric",
        ...laterTermColumns,
        free: id,
      },
      primaryKey: "contract",
      indexes: {
        contracts_organisation: "(organisation)",
        contracts_household: "(household) WHERE household IS NOT NULL",
        contracts_register: "(register) WHERE register IS NOT NULL",
      },
    },
  ],
  invariants: [
    {
      holds: "a register of shares belongs to one entity",
      breaches: `SELECT 'register ' || register || ' is in several hands' AS breach
        FROM {schema}.contracts WHERE kind = 'shares'
        GROUP BY register HAVING count(DISTINCT organisation) > 1 LIMIT 20`,
    },
  ],
  project(event, write) {
    if (event.type === "ContractSigned") signed(event, event.data.kind, event.data, write);
    else if (event.type === "ShareContractSigned") signed(event, "shares", event.data, write);
  },
};

function signed(
  { position }: ProjectedEvent,
  kind: string,
  d: EventData<"ContractSigned"> | EventData<"ShareContractSigned">,
  write: WriteRow,
): void {
  write("contracts", [
    d.contract,
    position,
    kind,
    d.organisation,
    d.household,
    d.signedOn,
    d.from,
    d.to,
    d.quantity,
    d.price,
    d.floorPrice,
    d.register,
    d.parValue,
    ...laterTermsOf(d),
    d.free?.item,
  ]);
}
