import type { Random } from "./random.ts";
import { type Produce, produce } from "./produce.ts";
import { county, type Township, townships, type Village } from "./villages.ts";

/** An invented organisation; its name ends in （示例）. */
export interface Organisation {
  readonly number: string;
  readonly name: string;
  readonly kind: "农民专业合作社" | "龙头企业" | "村集体经济组织" | "银行";
  readonly credit: string;
  /** What it buys, if anything. */
  readonly produce: Produce | null;
  /** Where it works; null is the whole county. */
  readonly township: Township | null;
  readonly village: Village | null;
}

/** The columns of the organisations file. */
export const organisationsHeader: readonly string[] = [
  ...["主体编号", "名称", "类型", "统一社会信用代码", "行政区划"],
];

/** Cooperatives by township and produce, enterprises, every third village's collective, a bank. */
export function inventOrganisations(random: Random): readonly Organisation[] {
  const organisations: Organisation[] = [];
  const add = (
    name: string,
    kind: Organisation["kind"],
    place: Partial<Pick<Organisation, "produce" | "township" | "village">>,
  ): void => {
    const prefix = { 农民专业合作社: "93", 龙头企业: "91", 村集体经济组织: "N2", 银行: "91" }[kind];
    organisations.push({
      number: `HN-ZT-${String(organisations.length + 1).padStart(3, "0")}`,
      name: `${name}（示例）`,
      kind,
      credit: creditCode(prefix, random),
      ...{ produce: null, township: null, village: null, ...place },
    });
  };
  for (const township of townships) {
    for (const item of produceOf(township)) {
      const name = `${township.short}${item.name}${item.trade}专业合作社`;
      add(name, "农民专业合作社", { produce: item, township });
    }
  }
  for (const item of produce) {
    add(`华宁${item.name}产业发展有限公司`, "龙头企业", { produce: item });
  }
  for (const name of [
    "华宁光伏发电有限公司",
    "华宁陶瓷文化有限公司",
    "华宁冷链物流有限公司",
    "华宁乡村旅游有限公司",
  ]) {
    add(name, "龙头企业", {});
  }
  townships.forEach((township) => {
    township.villages.forEach((village, index) => {
      const name = `${township.short}${village.short}股份经济合作联合社`;
      if (index % 3 === 1) add(name, "村集体经济组织", { township, village });
    });
  });
  add("华宁农村信用合作联社", "银行", {});
  return organisations;
}

/** The organisations file's rows. */
export function organisationRows(
  organisations: readonly Organisation[],
): readonly (readonly string[])[] {
  return organisations.map((organisation) => [
    ...[organisation.number, organisation.name, organisation.kind, organisation.credit],
    organisation.village?.code ?? organisation.township?.code ?? county.code,
  ]);
}

function produceOf(township: Township): readonly Produce[] {
  return produce.filter((item) => township.crops.includes(item.name));
}

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** A unified social credit code (GB 32100) of area 539999, which belongs to no county. */
export function creditCode(prefix: string, random: Random): string {
  const body = random.digits(8);
  const bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2];
  const bodySum = bodyWeights.reduce((sum, weight, at) => sum + weight * Number(body[at]), 0);
  const code = `${prefix}539999${body}${"0123456789X0".charAt(11 - (bodySum % 11))}`;
  const sum = [...code].reduce(
    (total, character, at) => total + creditAlphabet.indexOf(character) * (3 ** at % 31),
    0,
  );
  return code + creditAlphabet.charAt((31 - (sum % 31)) % 31);
}
