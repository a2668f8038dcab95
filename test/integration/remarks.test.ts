// What is said of rows that are recorded all the same: 凭证号 and 所属期 that look personal.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "tap";
import { answer, sunshine } from "../support/sunshine.ts";
import { testService } from "../support/service.ts";

const household = "5399990010000001";
const files = {
  roster:
    "县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系\n" +
    `某县,某乡,某村,${household},R1,张三,,户主\n`,
  organisations: "主体编号,名称\nORG-1,甲\n",
  contracts:
    "合同编号,合同类型,户编号,主体编号,起始日期,数量,单价\n" +
    `HT-1,土地流转,${household},ORG-1,2020-01-01,5,300\n`,
} as const;
const columns = "业务编号,业务类型,业务日期,户编号,主体编号,合同编号,数量,单价,金额";
const row = (id: string, voucher: string, period = "2025") =>
  `${id},租金,2025-01-15,${household},ORG-1,HT-1,1,300,300,${voucher},${period}\n`;
/** A phone, an account with its check digit and an ID number; then what is none of them. */
const personal = [
  ["13812345678", "2025"],
  ["PZ-1", "6222021234567890128"],
  ["PZ-2", "530402199001011234"],
] as const;
const open = [
  ["PZ202501150001", "2025-01"],
  ["2025011500000001", "2025年1月至12月"],
] as const;
const rows = [...personal, ...open].map(([voucher, period], i) => row(`YW-${i}`, voucher, period));
const movements = `${columns},凭证号,所属期\n${rows.join("")}`;
const remarked = [
  { row: 2, 业务编号: "YW-0", code: "LooksPersonal", message: /^凭证号 looks like a phone/ },
  { row: 3, 业务编号: "YW-1", code: "LooksPersonal", message: /^所属期 looks like an account/ },
  { row: 4, 业务编号: "YW-2", code: "LooksPersonal", message: /^所属期 looks like an ID number/ },
];

test("vouchers and periods that look personal, over HTTP", async (t) => {
  const { post } = await testService(t);
  const csv = { "content-type": "text/csv" };
  for (const [kind, text] of Object.entries(files)) {
    t.equal((await post(`/v1/imports/${kind}`, text, csv)).statusCode, 200);
  }
  const imported = await post("/v1/imports/movements", movements, csv);
  const { remarks, ...rest } = imported.json<{ remarks: object[] }>();
  t.match(rest, { rows: 5, recorded: 5, refused: [], remarksTotal: 3 });
  t.match(remarks, remarked);
  t.equal(remarks.length, 3);
  t.notMatch(imported.payload, /13812345678|6222021234567890128|530402199001011234/);
  const again = (await post("/v1/imports/movements", movements, csv)).json<object>();
  t.match(again, { alreadyRecorded: 5 });
  t.notOk("remarks" in again, "what was recorded before is remarked no more");

  const command = {
    reference: "YW-9",
    type: "rent",
    date: "2025-01-15",
    household,
    organisation: "ORG-1",
    contract: "HT-1",
    quantity: "1",
    price: "300",
    amount: "300.00",
    voucher: "138 1234 5678",
  };
  const recorded = await post("/v1/movements", command);
  t.match(recorded.json(), { status: "recorded", remarks: [{ code: "LooksPersonal" }] });
  const plain = { ...command, reference: "YW-10", voucher: "PZ-10" };
  t.notOk("remarks" in (await post("/v1/movements", plain)).json<object>());
});

test("vouchers and periods that look personal, on the command line", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-remarks-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const data = ["--data", join(folder, "data")];
  for (const [kind, text] of Object.entries({ ...files, movements })) {
    await writeFile(join(folder, `${kind}.csv`), text);
  }
  for (const kind of Object.keys(files)) {
    t.match(await answer(["import", kind, join(folder, `${kind}.csv`), ...data]), { status: 0 });
  }
  const file = join(folder, "movements.csv");
  const { status, document } = await answer(["import", "movements", file, ...data]);
  t.equal(status, 0, "it is no refusal");
  t.match(document, { recorded: 5, refused: [], remarks: remarked });
  await writeFile(file, movements.replaceAll("YW-", "YX-"));
  const people = await sunshine(["import", "movements", file, ...data]);
  t.match(people, { status: 0, stdout: /to be looked at[^]*YX-0[^]*凭证号 looks like a phone/ });
});
