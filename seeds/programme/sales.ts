import type { County } from "../county.ts";
import { units } from "../exact.ts";
import { movementsHeader } from "../movements.ts";

/** Kilograms by household, in ten-thousandths. */
type Kilograms = ReadonlyMap<string, bigint>;

/**
 * What households sold in a year to an entity by the county's files, less what was taken back: the
 * most that can be given back for it.
 */
export function salesOfYear(county: County, year: string): (organisation: string) => Kilograms {
  const at = (column: string): number => movementsHeader.indexOf(column);
  const [id, kind, day] = [at("业务编号"), at("业务类型"), at("业务日期")];
  const rows = county.movements();
  const takenBack = new Set(rows.map((row) => row[at("原业务编号")]));
  const sold = new Map<string, Map<string, bigint>>();
  for (const row of rows) {
    if (row[kind] !== "订单收购" || row[day]?.startsWith(year) !== true) continue;
    if (takenBack.has(row[id])) continue;
    const [household = "", organisation = ""] = [row[at("户编号")], row[at("主体编号")]];
    const own = sold.get(organisation) ?? new Map<string, bigint>();
    sold.set(organisation, own);
    own.set(household, (own.get(household) ?? 0n) + units(row[at("数量")] ?? "0"));
  }
  return (organisation) => sold.get(organisation) ?? new Map();
}
