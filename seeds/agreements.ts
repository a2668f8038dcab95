import { decimal, units } from "./exact.ts";
import type { Organisation } from "./organisations.ts";
import type { Household } from "./people.ts";
import type { Produce } from "./produce.ts";
import type { Random } from "./random.ts";

/** A contract; decimals are ten-thousandths, null where the type has no such term. */
export interface Contract {
  readonly number: string;
  readonly kind: "土地流转" | "订单收购" | "劳务" | "入股";
  readonly household: string;
  readonly organisation: Organisation;
  readonly start: string;
  readonly end: string;
  readonly quantity: bigint | null;
  readonly unit: string;
  readonly price: bigint | null;
  readonly floor: bigint | null;
  readonly register: string;
  readonly par: bigint | null;
}

/** Land let by a household, paid so many times a year. */
export interface Lease {
  readonly household: Household;
  readonly contract: Contract;
  readonly timesYearly: 1 | 2 | 4;
}

/** Produce a household sells under contracts that follow one another. */
export interface Sale {
  readonly household: Household;
  readonly produce: Produce;
  readonly contracts: readonly Contract[];
}

/** Work of a household's member in some months, under contracts that follow one another. */
export interface Job {
  readonly household: Household;
  readonly contracts: readonly Contract[];
  readonly months: readonly number[];
  readonly days: readonly [least: number, most: number];
}

/** A share register, its future holders and how often it pays. */
export interface Register {
  readonly contract: Contract;
  readonly members: readonly Household[];
  readonly timesYearly: 1 | 2;
}

/** All that was agreed in the county. */
export interface Agreements {
  readonly contracts: readonly Contract[];
  readonly leases: readonly Lease[];
  readonly sales: readonly Sale[];
  readonly jobs: readonly Job[];
  readonly registers: readonly Register[];
}

type Terms = Partial<Omit<Contract, "number" | "kind" | "organisation">>;
type Sign = (kind: Contract["kind"], organisation: Organisation, terms: Terms) => Contract;

const terms: readonly (readonly [start: string, end: string])[] = [
  ["2024-11-01", "2025-12-31"],
  ["2026-01-01", "2026-12-31"],
];
const allMonths: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** The columns of the contracts file. */
export const contractsHeader: readonly string[] = (
  "合同编号 合同类型 户编号 主体编号 签订日期 起始日期 终止日期 " +
  "数量 计量单位 单价 保护价 股权登记簿 每股金额"
).split(" ");

/** Contracts of every type, and which household lives on what. */
export function inventAgreements(
  random: Random,
  households: readonly Household[],
  organisations: readonly Organisation[],
): Agreements {
  const contracts: Contract[] = [];
  const sign: Sign = (kind, organisation, given) => {
    const contract: Contract = {
      number: `HN-HT-${String(contracts.length + 1).padStart(5, "0")}`,
      kind,
      organisation,
      ...{ household: "", start: "2024-11-01", end: "", unit: "", register: "" },
      ...{ quantity: null, price: null, floor: null, par: null },
      ...given,
    };
    contracts.push(contract);
    return contract;
  };
  const registers = openRegisters(random, sign, households, organisations);
  const orders = openOrders(sign, organisations);
  const rates = openRates(random, sign, organisations);
  const leases: Lease[] = [];
  const sales: Sale[] = [];
  const jobs: Job[] = [];
  for (const household of households) {
    const near = organisations.filter((each) => isNear(each, household));
    const isAble = household.workers > 0;
    const sells = random.chance(isAble ? 70 : 22);
    const works = random.chance(isAble ? (sells ? 25 : 64) : 5);
    if (sells) sales.push(...agreeSales(random, sign, household, near, orders));
    if (works) jobs.push(agreeJob(random, sign, household, near, rates));
    if (random.chance(sells && works ? 25 : sells || works ? 40 : 100)) {
      leases.push(agreeLease(random, sign, household, near));
    }
  }
  return { contracts, leases, sales, jobs, registers };
}

/** The contracts file's rows. */
export function contractRows(contracts: readonly Contract[]): readonly (readonly string[])[] {
  const shown = (value: bigint | null): string => (value === null ? "" : decimal(value));
  return contracts.map((contract) => [
    ...[contract.number, contract.kind, contract.household, contract.organisation.number],
    ...[contract.start > "2026" ? "2025-12-18" : "2024-10-22", contract.start, contract.end],
    ...[shown(contract.quantity), contract.unit, shown(contract.price), shown(contract.floor)],
    ...[contract.register, shown(contract.par)],
  ]);
}

/** The one of several contracts that is in force on `date`, or undefined. */
export function inForceOn(contracts: readonly Contract[], date: string): Contract | undefined {
  return contracts.find(({ start, end }) => start <= date && (end === "" || date <= end));
}

function isNear(organisation: Organisation, household: Household): boolean {
  if (organisation.kind === "银行") return false;
  if (organisation.village !== null) return organisation.village === household.village;
  return organisation.township === null || organisation.township === household.township;
}

function openRegisters(
  random: Random,
  sign: Sign,
  households: readonly Household[],
  organisations: readonly Organisation[],
): readonly Register[] {
  const registers: Register[] = [];
  const open = (organisation: Organisation, par: string, members: readonly Household[]): void => {
    const register = `HN-GQ-${String(registers.length + 1).padStart(2, "0")}`;
    const contract = sign("入股", organisation, { register, par: units(par) });
    registers.push({ contract, members, timesYearly: random.chance(35) ? 2 : 1 });
  };
  const some = (from: readonly Household[], count: number): readonly Household[] => {
    const start = random.int(0, from.length - 1);
    const step = Math.max(1, Math.floor(from.length / count));
    return from.filter((_, at) => (at + start) % step === 0).slice(0, count);
  };
  for (const organisation of organisations) {
    const near = households.filter((household) => isNear(organisation, household));
    if (organisation.kind === "村集体经济组织") open(organisation, "100.00", near);
    if (organisation.kind === "农民专业合作社" && random.chance(75)) {
      open(
        organisation,
        random.pick(["1.00", "200.00", "500.00", "1000.00"]),
        some(near, random.int(30, 60)),
      );
    }
    if (
      organisation.kind === "龙头企业" &&
      organisation.produce?.name !== "附子" &&
      random.chance(55)
    ) {
      const members = some(near, random.int(90, 140));
      open(organisation, random.pick(["1.00", "50.00", "800.00"]), members);
    }
  }
  return registers;
}

type ByOrganisation = ReadonlyMap<Organisation, readonly Contract[]>;

function openOrders(sign: Sign, organisations: readonly Organisation[]): ByOrganisation {
  const orders = new Map<Organisation, readonly Contract[]>();
  for (const organisation of organisations) {
    const item = organisation.produce;
    if (item === null) continue;
    const signed = terms.map(([start, end], at) =>
      sign("订单收购", organisation, {
        start,
        end,
        unit: "公斤",
        floor: units(item.floors[at] ?? ""),
      }),
    );
    orders.set(organisation, signed);
  }
  return orders;
}

function openRates(
  random: Random,
  sign: Sign,
  organisations: readonly Organisation[],
): ByOrganisation {
  const rates = new Map<Organisation, readonly Contract[]>();
  for (const organisation of organisations) {
    if (organisation.kind === "银行") continue;
    const rate = 10 * random.int(8, 13) + random.pick([0, 0, 5]);
    const signed = terms.map(([start, end], at) =>
      sign("劳务", organisation, {
        start,
        end,
        unit: "日",
        price: units(`${String(rate + 3 * at)}.50`),
      }),
    );
    rates.set(organisation, signed);
  }
  return rates;
}

function agreeSales(
  random: Random,
  sign: Sign,
  household: Household,
  near: readonly Organisation[],
  orders: ByOrganisation,
): readonly Sale[] {
  const buyers = near.filter((each) => each.produce !== null);
  const grown = household.township.crops;
  const first = random.pick(grown);
  const second = random.chance(32) ? random.pick(grown) : first;
  return [...new Set([first, second])].flatMap((crop): readonly Sale[] => {
    const buyer = random.pick(buyers.filter((each) => each.produce?.name === crop));
    if (buyer.produce === null) return [];
    const open = orders.get(buyer) ?? [];
    if (!random.chance(7)) return [{ household, produce: buyer.produce, contracts: open }];
    // A contract of its own gives a household four per cent more.
    const own = open.map(({ start, end, unit, floor }) =>
      sign("订单收购", buyer, {
        ...{ start, end, unit, household: household.number },
        floor: ((floor ?? 0n) * 104n) / 100n,
      }),
    );
    return [{ household, produce: buyer.produce, contracts: own }];
  });
}

function agreeJob(
  random: Random,
  sign: Sign,
  household: Household,
  near: readonly Organisation[],
  rates: ByOrganisation,
): Job {
  const employer = random.pick(near);
  const open = rates.get(employer) ?? [];
  const season = employer.produce?.months ?? allMonths;
  const preparing = season.map((month) => (month === 1 ? 12 : month - 1));
  const isSteady = employer.produce === null || random.chance(45);
  const months = isSteady ? allMonths : [...new Set([...season, ...preparing])];
  const days: Job["days"] = isSteady ? [11, 24] : [6, 20];
  if (!random.chance(8)) return { household, contracts: open, months, days };
  const own = open.map(({ start, end, unit, price }) =>
    sign("劳务", employer, {
      ...{ start, end, unit, household: household.number },
      price: (price ?? 0n) + units("12"),
    }),
  );
  return { household, contracts: own, months, days };
}

function agreeLease(
  random: Random,
  sign: Sign,
  household: Household,
  near: readonly Organisation[],
): Lease {
  const tenants = near.filter((each) => each.produce?.trade === "种植" || each.village !== null);
  const [price, leastMu, mostMu] = random.weighted([
    [["1200.00", 60, 420], 25],
    [["900.00", 80, 600], 20],
    [["650.00", 100, 900], 30],
    [["380.00", 150, 1400], 15],
    [["1500.00", 50, 350], 10],
  ] as const);
  const timesYearly = random.weighted([
    [1, 68],
    [2, 22],
    [4, 10],
  ] as const);
  const contract = sign("土地流转", random.pick(tenants), {
    household: household.number,
    end: random.pick(["2026-12-31", "2027-10-31", "2029-10-31", "2034-10-31", ""]),
    quantity: BigInt(random.int(leastMu, mostMu)) * 100n,
    unit: "亩",
    price: units(price),
  });
  return { household, contract, timesYearly };
}
