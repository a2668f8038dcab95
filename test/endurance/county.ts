// The county of an endurance run: every household has land under contract at 300 yuan a mu.

const price = 300;
const organisation = "ORG-1";
const today = "2026-01-15";

/** A rent to be recorded, of so many hundredths of a mu. */
export interface Rent {
  readonly reference: string;
  readonly household: string;
  readonly hundredths: number;
}

/** The numbers of so many households. */
export function householdNumbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `5399990010${String(i + 1).padStart(6, "0")}`);
}

/** The files of the county, in the order in which they are imported. */
export function countyFiles(households: readonly string[]): readonly (readonly [string, string])[] {
  const roster = households.map((household, i) =>
    ["某县", "某乡", `某村${i % 20}`, household, `R${i}`, "张三", "", "户主"].join(","),
  );
  const contracts = households.map((household) =>
    [contractOf(household), "土地流转", household, organisation, "2020-01-01", "5", price].join(
      ",",
    ),
  );
  return [
    ["roster", file("县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系", roster)],
    ["organisations", file("主体编号,名称", [`${organisation},甲合作社`])],
    ["contracts", file("合同编号,合同类型,户编号,主体编号,起始日期,数量,单价", contracts)],
  ];
}

/** What it comes to, in fen. */
export function fenOf({ hundredths }: Rent): bigint {
  return BigInt(hundredths * price);
}

/** The rent as a command. */
export function commandOf(rent: Rent): string {
  return JSON.stringify({
    reference: rent.reference,
    type: "rent",
    date: today,
    household: rent.household,
    organisation,
    contract: contractOf(rent.household),
    ...quantityAndAmount(rent),
  });
}

/** Rents as a file, with as many rows behind them whose contract nobody knows. */
export function fileOf(rents: readonly Rent[], refused: number): string {
  const row = (reference: string, rent: Rent, contract: string): string => {
    const { quantity, price: unit, amount } = quantityAndAmount(rent);
    const ids = [reference, "租金", today, rent.household, organisation, contract];
    return [...ids, quantity, unit, amount].join(",");
  };
  const [first] = rents;
  const wrong = Array.from({ length: first === undefined ? 0 : refused }, (_, i) =>
    row(`${first?.reference ?? ""}-X${i}`, first as Rent, "HT-NONE"),
  );
  const right = rents.map((rent) => row(rent.reference, rent, contractOf(rent.household)));
  const header = "业务编号,业务类型,业务日期,户编号,主体编号,合同编号,数量,单价,金额";
  return file(header, [...right, ...wrong]);
}

function contractOf(household: string): string {
  return `HT-${household}`;
}

function quantityAndAmount(rent: Rent) {
  const quantity = (rent.hundredths / 100).toFixed(2);
  return { quantity, price: String(price), amount: `${fenOf(rent) / 100n}.00` };
}

function file(header: string, rows: readonly string[]): string {
  return `${[header, ...rows].join("\n")}\n`;
}
