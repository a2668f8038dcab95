/** Money legs in the order of every table, with their names in Chinese. */
export const legNames: Readonly<Record<string, string>> = {
  rent: "租金",
  order: "订单收购",
  wage: "工资",
  dividend: "分红",
};

/** The legs of money, in the order of every table. */
export const legs: readonly string[] = Object.keys(legNames);

/** A leg in both languages. */
export function legLabel(leg: string): string {
  const name = legNames[leg];
  return name === undefined ? leg : `${name} ${leg}`;
}

/** A decimal or whole number with commas between thousands. */
export function grouped(number: string | number | bigint): string {
  const [whole = "", fraction] = String(number).split(".");
  const parts = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? parts : `${parts}.${fraction}`;
}

/** A count and its noun. */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${BigInt(count) === 1n ? one : many}`;
}

/** An instant as a clerk in China reads it: to the second, Asia/Shanghai. */
export function inShanghai(instant: string): string {
  const local = new Date(Date.parse(instant) + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}

/** A period in words. */
export function periodWords({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  if (from === undefined && to === undefined) return "all days";
  if (to === undefined) return `from ${from ?? ""}`;
  return from === undefined ? `to ${to}` : `${from} to ${to}`;
}
