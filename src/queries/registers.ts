import { z } from "zod";
import { listOf, pageOf, text } from "./answer.ts";
import type { KnownAt, Readable } from "./as-of.ts";
import { question } from "./define.ts";
import { pageById } from "./parameters.ts";

const description = "By number. Ask again with `after` set to `next` until that is null.";

/** The register of households. */
export const householdsQuestion = question({
  name: "households",
  summary: "The register of households",
  description,
  about: "county",
  right: "sums",
  path: "/v1/households",
  parameters: pageById,
  answer: listOf(
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
  ).meta({ id: "Households" }),
  ask: (ledger, asked, knownAt) =>
    pageOf(
      asked,
      ({ household }) => household,
      (after, max) => listHouseholds(ledger, knownAt, { after, max }),
    ),
});

/** The register of organisations. */
export const organisationsQuestion = question({
  name: "organisations",
  summary: "The register of organisations",
  description,
  about: "county",
  right: "sums",
  path: "/v1/organisations",
  parameters: pageById,
  answer: listOf(
    z.object({
      organisation: z.string(),
      name: z.string(),
      kind: z.string(),
      creditCode: z.string(),
      division: z.string(),
    }),
  ).meta({ id: "Organisations" }),
  ask: (ledger, asked, knownAt) =>
    pageOf(
      asked,
      ({ organisation }) => organisation,
      (after, max) => listOrganisations(ledger, knownAt, { after, max }),
    ),
});

/** A page of a register: entries after an id, in its order. */
export interface Page {
  readonly after: string;
  readonly max: number;
}

/** A household of the register with place and status as last stated. */
export interface HouseholdEntry {
  readonly household: string;
  readonly registeredOn: string;
  readonly county: string;
  readonly township: string;
  readonly village: string;
  readonly group: string | null;
  readonly status: string | null;
  readonly monitoring: string | null;
  readonly members: number;
}

/** Households by number. Members are those whose last known household it is. */
export async function listHouseholds(
  { pool }: Readable,
  { position }: KnownAt,
  { after, max }: Page,
): Promise<HouseholdEntry[]> {
  const { rows } = await pool.query<HouseholdEntry & { members: bigint }>(
    `SELECT h.household, h.effective AS "registeredOn", s.county, s.township, s.village,
       s.hamlet AS "group", s.status, s.monitoring,
       (SELECT count(*) FROM (
          SELECT DISTINCT person FROM read.members
          WHERE household = h.household AND position <= $2) AS p
        WHERE h.household = (
          SELECT m.household FROM read.members m
          WHERE m.person = p.person AND m.position <= $2
          ORDER BY m.position DESC LIMIT 1)) AS members
     FROM read.households h
     LEFT JOIN LATERAL (
       SELECT * FROM read.household_status
       WHERE household = h.household AND position <= $2
       ORDER BY position DESC LIMIT 1) AS s ON true
     WHERE h.household > $1 AND h.position <= $2
     ORDER BY h.household LIMIT $3`,
    [after, position, max],
  );
  return rows.map((row) => ({ ...row, members: Number(row.members) }));
}

/** An organisation as last stated. */
export interface OrganisationEntry {
  readonly organisation: string;
  readonly name: string;
  readonly kind: string;
  readonly creditCode: string;
  readonly division: string;
}

/** Organisations by number. */
export async function listOrganisations(
  { pool }: Readable,
  { position }: KnownAt,
  { after, max }: Page,
): Promise<OrganisationEntry[]> {
  const { rows } = await pool.query<OrganisationEntry>(
    `SELECT DISTINCT ON (organisation)
       organisation, name, kind, credit_code AS "creditCode", division
     FROM read.organisations WHERE organisation > $1 AND position <= $2
     ORDER BY organisation, position DESC LIMIT $3`,
    [after, position, max],
  );
  return rows;
}
