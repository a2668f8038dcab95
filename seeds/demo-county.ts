import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { amendmentRows, amendmentsHeader } from "./amendments.ts";
import { contractRows, contractsHeader } from "./agreements.ts";
import type { County } from "./county.ts";
import { inventCounty } from "./county.ts";
import { csv } from "./exact.ts";
import { movementsHeader } from "./movements.ts";
import { organisationRows, organisationsHeader } from "./organisations.ts";
import { rosterHeader, rosterRows } from "./people.ts";

/** Where the demo county's files lie, to be imported in this order. */
export interface DemoCounty {
  readonly roster: string;
  readonly organisations: string;
  readonly contracts: string;
  readonly amendments: string;
  readonly movements: string;
}

/**
 * Writes the demo county as the UTF-8 CSV files that any bureau would import: 华宁县 with its
 * real townships and villages, and invented households, organisations and two years of movements
 * (2024-11 to 2026-10). Makes `folder` when it is not there, replaces files that are. The bytes
 * are the same at each run, and every row is acceptable.
 */
export async function writeDemoCounty(
  folder: string,
  county: County = inventCounty(),
): Promise<DemoCounty> {
  const { households, organisations, agreements } = county;
  const files: DemoCounty = {
    roster: join(folder, "roster.csv"),
    organisations: join(folder, "organisations.csv"),
    contracts: join(folder, "contracts.csv"),
    amendments: join(folder, "amendments.csv"),
    movements: join(folder, "movements.csv"),
  };
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(files.roster, csv(rosterHeader, rosterRows(households))),
    writeFile(files.organisations, csv(organisationsHeader, organisationRows(organisations))),
    writeFile(files.contracts, csv(contractsHeader, contractRows(agreements.contracts))),
    writeFile(files.amendments, csv(amendmentsHeader, amendmentRows(agreements.contracts))),
    writeFile(files.movements, csv(movementsHeader, county.movements())),
  ]);
  return files;
}
