/** A kind of produce: floors by contract year (yuan a kilogram), what one delivery weighs. */
export interface Produce {
  readonly name: string;
  readonly trade: "种植" | "养殖";
  readonly floors: readonly [first: string, second: string];
  /** The months in which it is bought. */
  readonly months: readonly number[];
  readonly kilograms: readonly [least: number, most: number];
  /** How often in a hundred a household delivers in such a month. */
  readonly deliveryPercent: number;
}

/** The county's produce: what 烟、畜、果、菜、药 means here. */
export const produce: readonly Produce[] = [
  grown("柑桔", ["2.35", "2.48"], [9, 10, 11, 12, 1], [250, 1600], 62),
  grown("蓝莓", ["31.5", "30.2"], [2, 3, 4, 5], [18, 95], 66),
  grown("烤烟", ["28.6", "30.35"], [8, 9, 10], [90, 290], 82),
  grown("食用菌", ["9.375", "9.8"], [6, 7, 8, 9], [35, 240], 70),
  grown("蔬菜", ["1.8", "1.9225"], [11, 12, 1, 2, 3, 4, 5], [180, 1300], 52),
  grown("天门冬", ["14.8", "15.25"], [11, 12, 1, 2], [50, 260], 58),
  grown("核桃", ["8.6", "8.25"], [9, 10], [70, 420], 74),
  grown("附子", ["9.1", "9.65"], [10, 11], [80, 460], 74),
  { ...grown("肉牛", ["26.4", "25.8"], [1, 4, 7, 10, 12], [270, 590], 26), trade: "养殖" },
];

function grown(
  name: string,
  floors: Produce["floors"],
  months: readonly number[],
  kilograms: Produce["kilograms"],
  deliveryPercent: number,
): Produce {
  return { name, trade: "种植", floors, months, kilograms, deliveryPercent };
}
