import { z } from "zod";

const amount = z.string().describe("yuan with two decimals");
const shares = z.string().describe("shares with four decimals");
const text = z.string().nullable();

/** Says that the ledger is the invented county; absent otherwise. */
export const demoMark = z
  .literal(true)
  .optional()
  .describe("the ledger is the invented demo county");

const ends = {
  knownAt: z
    .object({ position: z.string(), at: z.string().nullable().describe("RFC 3339") })
    .describe("what the answer includes: everything recorded up to there"),
  demo: demoMark,
};

const income = {
  legs: z
    .record(z.string(), amount)
    .describe("rent, order, wage, dividend; those that are zero are left out"),
  total: amount,
};

const example = {
  knownAt: { position: "1042", at: "2026-03-31T08:00:00.000Z" },
};

/** A page of a list. */
function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: text.describe("give it as `after` for the next page; null after the last"),
    ...ends,
  });
}

/** The card of a household. */
export const household = z
  .object({
    household: z.string(),
    registeredOn: z.string(),
    county: text,
    township: text,
    village: text,
    group: text,
    size: text.describe("人数, as last stated"),
    status: text.describe("户类型"),
    monitoring: text.describe("监测对象类型"),
    identifiedOn: text,
    riskRemoved: text,
    members: z.array(
      z.object({
        person: z.string(),
        relation: text,
        skill: text,
        name: text.describe("masked: 李*红"),
        idNumber: text.describe("masked but for the last four characters"),
      }),
    ),
    ...ends,
  })
  .meta({ id: "Household" });

/** What a household received. */
export const statement = z
  .object({ household: z.string(), from: text, to: text, knownAt: ends.knownAt, ...income })
  .extend({ demo: ends.demo })
  .meta({
    id: "Statement",
    examples: [
      {
        household: "5399990010000001",
        from: "2026-01-01",
        to: null,
        ...example,
        legs: { rent: "385.20" },
        total: "385.20",
      },
    ],
  });

/** What households, or groups of them, received. */
export const statements = z
  .object({
    from: text,
    to: text,
    items: z.array(
      z.union([
        z.object({ household: z.string(), ...income }),
        z.object({
          group: z.record(z.string(), z.string()).describe("its place, or organisation and name"),
          households: z.int(),
          ...income,
        }),
      ]),
    ),
    next: text,
    ...ends,
  })
  .meta({ id: "Statements" });

/** The shares of a household. */
export const householdOwnership = z
  .object({ registers: z.record(z.string(), shares), ...ends })
  .meta({ examples: [{ registers: { "GQ-01": "12.5000" }, ...example }] });

/** The holders of a register. */
export const registerOwnership = z
  .object({ holders: z.record(z.string(), shares), shares, ...ends })
  .meta({
    examples: [{ holders: { "5399990010000001": "12.5000" }, shares: "12.5000", ...example }],
  });

/** A page of a household's trail. */
export const trail = z
  .object({
    household: z.string(),
    entries: z.array(
      z.object({
        position: z.string(),
        event: z.string(),
        type: z.string(),
        recordedAt: z.string(),
        effectiveDate: z.string(),
        actor: z.string(),
        summary: z.string(),
        reference: z.string().optional(),
        note: z.record(z.string(), z.string()).optional(),
      }),
    ),
    next: text.describe("a position: give it as `after` for the next page; null after the last"),
    ...ends,
  })
  .meta({ id: "Trail" });

/** A page of households. */
export const households = pageOf(
  z.object({
    household: z.string(),
    registeredOn: z.string(),
    county: text,
    township: text,
    village: text,
    group: text,
    status: text,
    monitoring: text,
    members: z.int(),
  }),
).meta({ id: "Households" });

/** A page of organisations. */
export const organisations = pageOf(
  z.object({
    organisation: z.string(),
    name: z.string(),
    kind: z.string(),
    creditCode: z.string(),
    division: z.string(),
  }),
).meta({ id: "Organisations" });

/** A page of contracts. */
export const contracts = pageOf(
  z.object({
    contract: z.string(),
    kind: z.string().describe("lease, order, labour or shares"),
    organisation: z.string(),
    household: text,
    signedOn: text,
    from: z.string(),
    to: text,
    quantity: text,
    price: text,
    floorPrice: text,
    register: text,
    parValue: text,
  }),
).meta({ id: "Contracts" });
