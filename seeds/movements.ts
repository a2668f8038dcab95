import { type Agreements, type Contract, inForceOn, type Register } from "./agreements.ts";
import { day, daysAfter, decimal, fenOf, units, yuan } from "./exact.ts";
import type { Household } from "./people.ts";
import type { Random } from "./random.ts";

interface Movement {
  readonly kind: "折股" | "租金" | "订单收购" | "工资" | "分红" | "冲销";
  readonly date: string;
  readonly household: string;
  readonly contract: Contract;
  readonly quantity: bigint | null;
  readonly price: bigint | null;
  readonly fen: bigint;
  readonly capital: string;
  readonly period: string;
  readonly note: string;
  readonly original: Movement | null;
}

const lastDay = "2026-10-31";
/** November 2024 to October 2026. */
const calendar: readonly (readonly [year: number, month: number])[] = Array.from(
  { length: 24 },
  (_, at) => [2024 + Math.floor((10 + at) / 12), ((10 + at) % 12) + 1] as const,
);
const rank = { 折股: 0, 租金: 1, 订单收购: 2, 工资: 3, 冲销: 4, 分红: 5 } as const;

/** The columns of the movements file. */
export const movementsHeader: readonly string[] = (
  "业务编号 业务类型 户编号 主体编号 合同编号 股权登记簿 业务日期 " +
  "数量 单价 金额 资本类型 所属期 凭证号 原业务编号 备注"
).split(" ");

/** Two years of movements as the file's rows, in the order of their days. */
export function movementRows(
  random: Random,
  agreements: Agreements,
): readonly (readonly string[])[] {
  const stakes = subscribeShares(random, agreements.registers);
  const right = [
    ...stakes,
    ...payRents(random, agreements),
    ...buyProduce(random, agreements),
    ...payWages(random, agreements),
    ...declareDividends(random, agreements.registers, stakes),
  ];
  const all = right.flatMap((movement) => mistake(random, movement));
  all.sort((a, b) => compare(a.date, b.date) || rank[a.kind] - rank[b.kind]);
  const numbers = new Map(all.map((movement, at) => [movement, numberOf(at)] as const));
  return all.map((movement, at) => row(random, movement, at, numbers));
}

function numberOf(at: number): string {
  return `HN-YW-${String(at + 1).padStart(7, "0")}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function row(
  random: Random,
  movement: Movement,
  at: number,
  numbers: ReadonlyMap<Movement, string>,
): readonly string[] {
  const { kind, contract, date } = movement;
  const voucher = random.chance(97)
    ? `PZ${date.slice(0, 4)}-${String(at + 1).padStart(6, "0")}`
    : "";
  if (kind === "冲销") {
    const original = movement.original === null ? "" : (numbers.get(movement.original) ?? "");
    return [
      numberOf(at),
      kind,
      "",
      "",
      "",
      "",
      date,
      "",
      "",
      "",
      "",
      "",
      voucher,
      original,
      movement.note,
    ];
  }
  const hasShares = kind === "折股" || kind === "分红";
  return [
    ...[numberOf(at), kind, movement.household, contract.organisation.number],
    ...[kind === "分红" ? "" : contract.number, hasShares ? contract.register : "", date],
    ...[movement.quantity === null ? "" : decimal(movement.quantity)],
    ...[movement.price === null ? "" : decimal(movement.price), yuan(movement.fen)],
    ...[movement.capital, movement.period, voucher, "", movement.note],
  ];
}

function subscribeShares(random: Random, registers: readonly Register[]): readonly Movement[] {
  return registers.flatMap((register) =>
    register.members.flatMap((household) => {
      const first = stake(random, register, household, daysAfter("2024-11-01", random.int(0, 75)));
      if (!random.chance(14)) return [first];
      const laterDay = daysAfter("2025-03-01", random.int(0, 500));
      return [first, stake(random, register, household, laterDay)];
    }),
  );
}

function stake(random: Random, register: Register, household: Household, date: string): Movement {
  const { contract } = register;
  const collective = contract.organisation.kind === "村集体经济组织";
  const capital = collective
    ? random.weighted([
        ["财政量化资金", 62],
        ["集体资产", 24],
        ["土地经营权", 8],
        ["扶贫项目资产", 6],
      ] as const)
    : random.weighted([
        ...([
          ["现金", 30],
          ["土地经营权", 26],
          ["财政量化资金", 14],
          ["林权", 12],
        ] as const),
        ...([
          ["设施设备", 8],
          ["小额信贷资金", 6],
          ["生产资料", 4],
        ] as const),
      ]);
  const wantedFen = BigInt(random.int(collective ? 1500 : 2500, collective ? 7500 : 16000)) * 100n;
  const parFen = (contract.par ?? 0n) / 100n;
  // Shares come in quarters, and by the fen's worth where the capital was valued to the fen.
  const isValued = parFen <= 10_000n && capital !== "现金" && random.chance(60);
  const quarterFen = parFen < 10_000n ? parFen : parFen / 4n;
  const fen = isValued
    ? wantedFen + BigInt(random.int(0, 99))
    : wantedFen - (wantedFen % quarterFen);
  const nothing = { quantity: null, price: null, original: null } as const;
  const period = date.slice(0, 4);
  const note = capital === "林权" || capital === "设施设备" ? "已评估" : "";
  return {
    ...{ kind: "折股", date, household: household.number, contract, fen, capital, period, note },
    ...nothing,
  };
}

function payment(
  kind: "租金" | "订单收购" | "工资",
  household: Household,
  contract: Contract,
  date: string,
  given: { quantity: bigint; price: bigint; period: string; note: string },
): Movement {
  const fen = fenOf(given.quantity, given.price);
  return {
    ...{ kind, date, household: household.number, contract, fen, capital: "", original: null },
    ...given,
  };
}

function payRents(random: Random, { leases }: Agreements): readonly Movement[] {
  return leases.flatMap(({ household, contract, timesYearly }) => {
    const firstMonth = random.int(1, 12);
    const dayOfMonth = random.int(3, 27);
    const step = 12 / timesYearly;
    return calendar
      .filter(([, month]) => (month + 12 - firstMonth) % step === 0)
      .map(([year, month]) => {
        const part = Math.ceil(month / step);
        const period = { 1: "", 2: part === 1 ? "上半年" : "下半年", 4: `Q${String(part)}` }[
          timesYearly
        ];
        const note = { 1: "", 2: "半年付，亩数折半", 4: "按季付，亩数折四分之一" }[timesYearly];
        return payment("租金", household, contract, day(year, month, dayOfMonth), {
          quantity: (contract.quantity ?? 0n) / BigInt(timesYearly),
          price: contract.price ?? 0n,
          period: String(year) + period,
          note,
        });
      });
  });
}

function buyProduce(random: Random, { sales }: Agreements): readonly Movement[] {
  return sales.flatMap(({ household, produce, contracts }) => {
    const isCattle = produce.trade === "养殖";
    const scale = isCattle ? 2n : BigInt(random.int(1, 2) + Math.min(household.workers, 2));
    return calendar
      .filter(
        ([, month]) => produce.months.includes(month) && random.chance(produce.deliveryPercent),
      )
      .flatMap(([year, month]) => {
        const date = day(year, month, random.int(1, 28));
        const contract = inForceOn(contracts, date);
        if (contract === undefined) return [];
        const tenths = random.int(produce.kilograms[0] * 10, produce.kilograms[1] * 10);
        const floor = contract.floor ?? 0n;
        // The market pays up to a fifth above, in whole fen; a floor may have four decimals.
        const above = random.chance(20) ? 0n : (BigInt(random.int(1, 20)) * floor) / 100n;
        const price = above < 100n ? floor : ((floor + above) / 100n) * 100n;
        const quantity = (BigInt(tenths) * 1000n * scale) / 2n;
        const note = random.chance(4) ? random.pick(["现场过磅", "分级收购，均价", "已核对"]) : "";
        const period = date.slice(0, 7);
        return [payment("订单收购", household, contract, date, { quantity, price, period, note })];
      });
  });
}

function payWages(random: Random, { jobs }: Agreements): readonly Movement[] {
  return jobs.flatMap(({ household, contracts, months, days }) =>
    calendar
      .filter(([, month]) => months.includes(month) && random.chance(month === 2 ? 45 : 82))
      .flatMap(([year, month]) => {
        const date = day(year, month, random.int(24, 28));
        const contract = inForceOn(contracts, date);
        if (contract === undefined) return [];
        const halfDays = random.int(days[0] * 2, days[1] * 2);
        return [
          payment("工资", household, contract, date, {
            quantity: BigInt(halfDays) * 5000n,
            price: contract.price ?? 0n,
            period: date.slice(0, 7),
            note: random.chance(4) ? random.pick(["银行代发", "雨天停工两日", "含采收加班"]) : "",
          }),
        ];
      }),
  );
}

function declareDividends(
  random: Random,
  registers: readonly Register[],
  stakes: readonly Movement[],
): readonly Movement[] {
  return registers.flatMap(({ contract, timesYearly }) => {
    const own = stakes.filter((each) => each.contract === contract);
    const dates = [
      ...(timesYearly === 2 ? [day(2025, 6, random.int(20, 28))] : []),
      day(2025, 12, random.int(10, 28)),
      ...(timesYearly === 2 ? [day(2026, 6, random.int(20, 28))] : []),
      ...(timesYearly === 1 ? [day(2026, 10, random.int(9, 28))] : []),
    ];
    return dates.map((date): Movement => {
      const capitalFen = own.reduce((sum, each) => (each.date <= date ? sum + each.fen : sum), 0n);
      const yearlyBasisPoints = BigInt(random.int(300, 800));
      const half = date.slice(5, 7) === "06" ? "上半年" : "下半年";
      return {
        ...{ kind: "分红", date, household: "", contract, capital: "", original: null },
        ...{ quantity: null, price: null },
        fen: (capitalFen * yearlyBasisPoints) / 10_000n / BigInt(timesYearly),
        period: date.slice(0, 4) + (timesYearly === 2 ? half : ""),
        note: "按登记股份分配",
      };
    });
  });
}

/** The movement; one time in some five hundred first entered wrong, reversed and entered anew. */
function mistake(random: Random, right: Movement): readonly Movement[] {
  const isDividend = right.kind === "分红";
  if (random.int(1, isDividend ? 40 : 480) !== 1) return [right];
  const foundOn = daysAfter(right.date, random.int(2, 20));
  const end = right.contract.end === "" ? lastDay : right.contract.end;
  if (foundOn > lastDay || foundOn > end) return [right];
  const reverse = (original: Movement, note: string): Movement => ({
    ...{ ...right, kind: "冲销", date: foundOn, original, note },
  });
  if (random.chance(35)) {
    const twice = { ...right, note: "" };
    return [right, twice, reverse(twice, "重复录入")];
  }
  const wrong =
    right.quantity === null || right.price === null
      ? { ...right, fen: right.fen * 2n, note: "" }
      : withQuantity(right, right.quantity + units(right.kind === "工资" ? "2" : "10"));
  // Entered anew a day later, when the mistake has been taken back.
  const anew = { ...right, date: daysAfter(foundOn, 1), note: "冲销后更正重录" };
  const isLate = anew.date > lastDay || anew.date > end;
  return isLate ? [right] : [wrong, reverse(wrong, "录入错误"), anew];
}

function withQuantity(movement: Movement, quantity: bigint): Movement {
  return { ...movement, quantity, fen: fenOf(quantity, movement.price ?? 0n), note: "" };
}
