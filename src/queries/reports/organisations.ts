import type { Pool } from "pg";
import type { OrganisationClass } from "../../domain/programme/entities.ts";
import { classOfKind } from "../../domain/programme/entities.ts";
import type { ReportAsked } from "./report.ts";

/** An organisation as it was last recorded. */
export interface OrganisationKnown {
  readonly organisation: string;
  readonly position: bigint;
  readonly name: string | null;
  readonly class: OrganisationClass;
  /** 行政区划 */
  readonly division: string | null;
}

/** Every organisation that is known at a position, by number. */
export async function organisationsAt({
  pool,
  position,
  value,
}: Pick<ReportAsked, "position" | "value"> & { readonly pool: Pool }): Promise<
  ReadonlyMap<string, OrganisationKnown>
> {
  const { rows } = await pool.query<Omit<OrganisationKnown, "class"> & { kind: string | null }>(
    `SELECT DISTINCT ON (organisation) organisation, position, name, kind, division
     FROM read.organisations WHERE position <= $1 ORDER BY organisation, position DESC`,
    [position],
  );
  return new Map(
    rows.map(({ kind, ...row }) => [
      row.organisation,
      { ...row, class: classOfKind(kind ?? "", () => value("C24.public")) },
    ]),
  );
}
