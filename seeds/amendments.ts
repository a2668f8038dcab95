import type { Contract } from "./agreements.ts";
import { decimal } from "./exact.ts";

/** The columns of the amendments file. */
export const amendmentsHeader: readonly string[] =
  "变更编号 合同编号 变更类型 生效日期 终止日期 数量 单价 备注".split(" ");

/**
 * The amendments file's rows: leases that are prolonged at a higher rent, measured again, or ended.
 * They speak of days after the last movement, or of what no movement is judged by, so that every
 * movement stays acceptable.
 */
export function amendmentRows(contracts: readonly Contract[]): readonly (readonly string[])[] {
  const leases = contracts.filter(({ kind }) => kind === "土地流转");
  const every = (nth: number, isMeant: (lease: Contract) => boolean): readonly Contract[] =>
    leases.filter(isMeant).filter((_, at) => at % nth === 0);
  const prolonged = every(6, ({ end }) => end === "2026-12-31").map(({ number, price }) => {
    const dearer = decimal(((price ?? 0n) * 105n) / 100n);
    return [number, "补充协议", "2026-12-01", "2029-12-31", "", dearer, "续签三年，租金上调"];
  });
  const measured = every(25, ({ end }) => end === "").map(({ number, quantity }) => {
    const mu = decimal((quantity ?? 0n) + 1_000n);
    return [number, "更正", "2024-11-01", "", mu, "", "复核面积"];
  });
  const ended = every(60, ({ end }) => end > "2027").map(({ number }) => {
    return [number, "终止", "2026-11-30", "", "", "", "双方协商终止"];
  });
  return [...prolonged, ...measured, ...ended].map((row, at) => [
    `HN-BG-${String(at + 1).padStart(4, "0")}`,
    ...row,
  ]);
}
