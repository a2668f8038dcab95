import nzh from "nzh/cn";

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

/** Yuan in the capitals of receipts, which nobody can alter: 人民币捌仟元整. */
export function capitals(yuan: string): string {
  return nzh.toMoney(yuan, { forceZheng: true });
}
