import type { Cells } from "../acts.ts";
import type { Contract } from "../agreements.ts";
import type { Organisation } from "../organisations.ts";
import type { Household } from "../people.ts";
import { daysAfter } from "../exact.ts";
import { documentHash } from "../plan-steps.ts";
import type { Random } from "../random.ts";
import { randomFrom } from "../random.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";

/** The county's industry that a kind of produce belongs to. */
const industries: Readonly<Record<string, string>> = {
  ...{ 柑桔: "果", 蓝莓: "果", 核桃: "果", 食用菌: "菜", 蔬菜: "菜" },
  ...{ 烤烟: "烟", 天门冬: "药", 附子: "药", 肉牛: "畜", 黑山羊: "畜" },
};

/** The industry of a kind of produce. */
export function industryOf(produce: string): string {
  return industries[produce] ?? "其他";
}

/** Households in a hundred that no cooperative has bound yet, by township. */
const unboundPercent: Readonly<Record<string, number>> = {
  ...{ 宁州: 2, 盘溪: 4, 华溪: 7, 青龙: 3, 通红甸: 1 },
};

/** How a household is bound to an entity. */
interface Tie {
  readonly organisation: string;
  readonly form: string;
  readonly grade: "契约" | "分红" | "股权";
  readonly industry: string | undefined;
  readonly isMember?: true;
}

/** What households have agreed with whom, as far as it may bind them. */
type Agreed = ReadonlyMap<Household, readonly Tie[]>;

/** 农户 bindings of the county, each household's first one to a cooperative where it has one. */
export function householdBindings(cast: Cast): readonly Cells[] {
  const random = randomFrom(53042402);
  const agreed = agreedIn(cast);
  const rows = cast.county.households.flatMap((household): readonly Cells[] => {
    const all = agreed.get(household) ?? [];
    const isLeftOut = random.chance(unboundPercent[household.township.short] ?? 0);
    const isSecond = random.chance(12);
    const first = isLeftOut
      ? undefined
      : (all.find((tie) => isCooperative(cast, tie)) ?? joined(random, cast, household));
    const second = isSecond ? all.find((tie) => !isCooperative(cast, tie)) : undefined;
    return [first, second].flatMap((tie) => (tie ? [bound(random, household, tie)] : []));
  });
  return numbered("绑定编号", "HN-BD", [...rows, ...keepersAndHands(cast)]);
}

/** 合作社 and 其他 bindings: enterprises behind every cooperative, and behind each other. */
export function entityBindings(cast: Cast): readonly Cells[] {
  const { organisations } = cast.county;
  const chains = organisations.flatMap((cooperative): readonly Cells[] => {
    const { kind, produce, township } = cooperative;
    if (kind !== "农民专业合作社" || produce === null) return [];
    const isLate = township?.short === "华溪" && produce.name === "肉牛";
    return [
      {
        ...{ 层级: "合作社", 主体编号: cast.entity(`华宁${produce.name}产业`) },
        ...{ 对方主体编号: cooperative.number, 绑定形式: "订单帮扶", 紧密程度: "契约" },
        ...{ 产业: industryOf(produce.name), 业务日期: isLate ? "2025-06-10" : "2025-01-10" },
      },
    ];
  });
  const others = cast.rows(`
    层级 主体编号 对方主体编号 绑定形式 紧密程度 产业 业务日期
    合作社 @华宁肉牛产业 @通红甸黑山羊 生产合作 分红 畜 2025-01-12
    其他 @华宁冷链 @华宁蔬菜产业 其他 契约 - 2025-01-15
    其他 @华宁蔬菜产业 @宁州普氏家庭农场 订单帮扶 契约 菜 2025-01-15
    其他 @宁州蔬菜 @华宁县农业技术推广站 其他 契约 菜 2025-02-18
  `);
  return numbered("绑定编号", "HN-BE", [...chains, ...others]);
}

/** Households of the goat project and those that work on a farm. */
function keepersAndHands(cast: Cast): readonly Cells[] {
  const random = randomFrom(53042403);
  const bind = (village: string, count: number, entity: string, tie: Omit<Tie, "organisation">) =>
    cast
      .village(village)
      .slice(0, count)
      .map((one) => bound(random, one, { ...tie, organisation: cast.entity(entity) }));
  const keeping = { form: "生产合作", grade: "分红", industry: "畜" } as const;
  const working = { form: "劳务合作", grade: "契约", industry: undefined } as const;
  const holding = { form: "股份合作", grade: "分红", industry: undefined, isMember: true } as const;
  return [
    ...bind("山羊母村", 21, "通红甸黑山羊", keeping),
    ...bind("小得勒村", 21, "通红甸黑山羊", keeping),
    ...bind("咱乐村", 20, "宁州普氏家庭农场", working),
    ...bind("新庄社区", 45, "宁州新庄社区", holding),
  ];
}

function agreedIn({ county }: Cast): Agreed {
  const { sales, jobs, leases, registers } = county.agreements;
  const agreed = new Map<Household, Tie[]>();
  const add = (household: Household, contract: Contract | undefined, tie: Partial<Tie>): void => {
    if (contract === undefined) return;
    const { number, produce } = contract.organisation;
    const industry = produce === null ? undefined : industryOf(produce.name);
    const own = { organisation: number, form: "其他", grade: "契约", industry, ...tie } as const;
    agreed.set(household, [...(agreed.get(household) ?? []), own]);
  };
  for (const { contract, members } of registers) {
    const isOwn = contract.organisation.kind !== "村集体经济组织";
    const tie = { form: "股份合作", grade: isOwn ? "股权" : "分红", isMember: true } as const;
    for (const member of members) add(member, contract, tie);
  }
  for (const { household, contracts } of sales) add(household, contracts[0], { form: "订单帮扶" });
  for (const { household, contracts } of jobs) add(household, contracts[0], { form: "劳务合作" });
  for (const { household, contract } of leases) add(household, contract, { form: "土地流转" });
  return agreed;
}

function isCooperative({ county }: Cast, { organisation }: Tie): boolean {
  const one = county.organisations.find(({ number }) => number === organisation);
  return one?.kind === "农民专业合作社";
}

/** A cooperative of the township that somebody joins who has agreed nothing yet. */
function joined(random: Random, { county }: Cast, { township }: Household): Tie {
  const near = county.organisations.filter((one) => {
    return one.kind === "农民专业合作社" && one.township === township;
  });
  const { number, produce }: Organisation = random.pick(near);
  const [form, grade] = random.weighted([
    [["生产合作", "契约"], 60],
    [["生产托管", "分红"], 25],
    [["生产合作", "分红"], 15],
  ] as const);
  return { organisation: number, form, grade, industry: industryOf(produce?.name ?? "") };
}

const modes: Readonly<Record<string, string>> = { 股份合作: "股份合作", 生产托管: "委托帮扶" };

function bound(random: Random, household: Household, tie: Tie): Cells {
  const { organisation, form, grade, industry, isMember } = tie;
  return {
    ...{ 层级: "农户", 主体编号: organisation, 户编号: household.number },
    ...{ 绑定形式: form, 紧密程度: grade, 帮扶方式: modes[form] ?? "直接帮扶" },
    同意书: documentHash(`同意书 ${household.number} ${organisation}`),
    业务日期: daysAfter("2025-01-06", random.int(0, 30)),
    ...(industry !== undefined && { 产业: industry }),
    ...(isMember === true && { 成员: "是", 出资: "见股权登记簿" }),
    ...(form === "生产合作" && { 成员: "否" }),
  };
}

/** Bindings that became closer: each ends, and another begins. */
export function closerBindings(bindings: readonly Cells[]): {
  readonly ends: readonly Cells[];
  readonly begun: readonly Cells[];
} {
  const closer = { 契约: ["分红", "2025-09-30"], 分红: ["股权", "2026-03-31"] } as const;
  const some = Object.keys(closer).flatMap((grade) =>
    bindings.filter((row) => row["紧密程度"] === grade && row["成员"] === undefined).slice(40, 70),
  );
  const ends = some.map((row) => ({
    ...{ 原表: "bindings", 原编号: row["绑定编号"] ?? "", 说明: "改签更紧密的协议" },
    业务日期: closer[row["紧密程度"] as keyof typeof closer][1],
  }));
  const begun = some.map(({ 绑定编号: _, ...row }) => {
    const [grade, last] = closer[row["紧密程度"] as keyof typeof closer];
    return { ...row, 紧密程度: grade, 业务日期: daysAfter(last, 1) };
  });
  return { ends, begun: numbered("绑定编号", "HN-BC", begun) };
}

/** Bindings that the ledger remarks: no 帮扶方式, or of an industry that nobody stated. */
export function remarkedBindings(cast: Cast): readonly Cells[] {
  const papers = { 层级: "农户", 绑定形式: "生产合作", 紧密程度: "契约", 业务日期: "2025-04-10" };
  const row = (household: string, entity: string, more: Cells): Cells => ({
    ...{ ...papers, 户编号: household, 主体编号: cast.entity(entity) },
    ...{ 同意书: documentHash(`同意书 ${household} 补签`), ...more },
  });
  const number = (village: string, nth: number) => cast.village(village)[nth]?.number ?? "";
  return numbered("绑定编号", "HN-BR", [
    row(number("黑牛白村", 3), "华溪柑桔", {}),
    row(number("落梅村", 8), "宁州普氏家庭农场", { 帮扶方式: "直接帮扶", 产业: "光伏" }),
  ]);
}
