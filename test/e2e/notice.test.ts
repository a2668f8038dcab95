import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "tap";
import { importFile } from "../../src/app/import.ts";
import { dayInShanghai, dayNumber, dayOfNumber } from "../../src/domain/calendar.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { hasProgram } from "../support/programs.ts";
import { answerHere, sunshineHere } from "../support/sunshine.ts";
import { ledgerPlace, testService } from "../support/service.ts";

/** Days from today; a notice hangs on the web by the day. */
const day = (from: number): string => dayOfNumber(dayNumber(dayInShanghai(Date.now())) + from);

const surnames = ["欧阳", "𠮷", "王", "买买提·", "李"];
const people = Array.from({ length: 8 }, (_, i) => ({
  household: `53042410220${String(i).padStart(5, "0")}`,
  name: `${surnames[i % surnames.length] ?? ""}${"甲乙丙丁戊己庚辛"[i] ?? ""}花`,
  id: `53999919480611${String(3_000 + i)}`,
  account: `6223571324751830${String(1_000 + i)}`,
}));
const roster = [
  "县,乡,行政村,户编号,人编号,姓名,证件号码,人数,与户主关系,户类型,银行账号,开户名",
  ...people.map(({ household, name, id, account }) =>
    [
      "华宁县,盘溪镇,法高村民委员会",
      household,
      `${household}01`,
      name,
      id,
      `1,户主,监测户,${account}`,
      name,
    ].join(","),
  ),
];

/** Plans over households, two of which share each; their steps are dated by `from`. */
const plans = [
  { plan: "JH-UP", leg: "分红", from: -1, lines: 8 },
  { plan: "JH-OVER", leg: "分红", from: -30, lines: 8 },
  { plan: "JH-FEW", leg: "分红", from: -30, lines: 4 },
  { plan: "JH-RELIEF", leg: "救助", from: -1, lines: 8 },
  { plan: "JH-VOID", leg: "分红", from: -3, lines: 8 },
  { plan: "JH-LATER", leg: "分红", from: 5, lines: 8 },
];

void test("notices", async (t) => {
  const place = await ledgerPlace(t);
  const { ledger, get, post } = await testService(t, { place });
  const folder = await mkdtemp(join(tmpdir(), "sunshine-notice-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const load = async (kind: KindName, rows: readonly string[]): Promise<void> => {
    const path = join(folder, `${kind}.csv`);
    await writeFile(path, `${rows.join("\n")}\n`);
    const { refused } = await importFile(ledger.handler, kind, path, {
      actor: "test",
      rejected: null,
    });
    t.strictSame(refused, [], `${kind} is recorded`);
    await ledger.projector.reach((await ledger.log.head()).position);
  };
  const hashOf = async (plan: string): Promise<string> => {
    const { list } = (await get(`/v1/plans/${plan}`)).json<{ list: { hash: string } }>();
    return list.hash;
  };
  await load("roster", roster);
  await load("organisations", ["主体编号,名称,行政区划", "ORG-1,华宁<柑桔>合作社（示例）,530424"]);
  await load("income", [
    "收益编号,主体编号,业务日期,所属期,可分配金额",
    `SY-1,ORG-1,${day(-60)},2025,1000000.00`,
  ]);
  await load("plans", [
    "计划编号,收益编号,分配方式,分配金额,业务日期,程序,收入类别,所属期",
    ...plans.map(({ plan, leg }) => `${plan},SY-1,按基数,1234.56,${day(-50)},乡镇,${leg},2025`),
    `JH-NONE,SY-1,按基数,10.00,${day(-50)},乡镇,分红,2025`,
  ]);
  await load("basis", [
    "明细编号,计划编号,户编号,基数",
    ...plans.flatMap(({ plan, lines }) =>
      people
        .slice(0, lines)
        .map(({ household }, i) => `${plan}-${i},${plan},${household},${i + 1}`),
    ),
  ]);
  await load("steps", [
    "步骤编号,计划编号,步骤,业务日期,经办人,单位,意见",
    ...plans.flatMap(({ plan }) => [
      `${plan}-1,${plan},定案,${day(-40)},罗敏,,`,
      `${plan}-2,${plan},审核,${day(-40)},周永福,盘溪镇人民政府,同意`,
    ]),
  ]);
  const posted = [
    "步骤编号,计划编号,步骤,业务日期,经办人,级别,地点,渠道,截止日期,清单哈希,举报电话",
  ];
  for (const { plan, from } of plans) {
    const span = `${day(from)},黄丽华,村,村务公开栏,张榜,${day(from + 9)}`;
    posted.push(`${plan}-3,${plan},公示,${span},${await hashOf(plan)},12317、0877-5012345`);
  }
  await load("steps", posted);
  await load("steps", [
    "步骤编号,计划编号,步骤,业务日期,经办人,异议编号,结论,说明",
    `V-1,JH-VOID,异议,${day(-2)},李四,YY-1,,`,
    `V-2,JH-VOID,答复,${day(-1)},王五,YY-1,成立,漏了一户`,
  ]);

  const whole = people.flatMap(({ name, id, account, household }) => [
    name,
    id,
    account,
    household,
  ]);
  const options = { env: place.env };
  const notice = (plan: string, file: string) =>
    answerHere(["notice", plan, "--out", join(folder, file), "--data", place.dataDir], options);

  await t.test("a sheet is written, and nobody's name or number in it", async (st) => {
    const hash = await hashOf("JH-UP");
    for (const name of ["n.html", "n.pdf"]) {
      const { status, document } = await notice("JH-UP", name);
      st.equal(status, 0);
      const file = join(folder, name);
      const said = { plan: "JH-UP", file, version: 1, count: 8, sum: "1234.56", hash };
      st.strictSame(document, said);
    }
    const html = await readFile(join(folder, "n.html"), "utf8");
    const texts = [html.replace(/base64,[^)]*/g, "")];
    if (hasProgram("pdftotext", "-v")) {
      const said = execFileSync("pdftotext", ["-layout", join(folder, "n.pdf"), "-"]);
      texts.push(said.toString("utf8"));
    } else st.comment("pdftotext is not installed: the PDF is not read");
    for (const text of texts) {
      for (const words of ["𠮷**", "买*****", "1,234.56", "法高村民委员会", "0877-5012345"]) {
        st.match(text, words);
      }
      for (const one of [...whole, "罗敏", "黄丽华"]) st.notOk(text.includes(one), one);
    }
  });

  await t.test("without a notice of a list that stands there is none", async (st) => {
    for (const [plan, code] of [
      ["JH-NONE", "StepOutOfOrder"],
      ["JH-VOID", "StepOutOfOrder"],
      ["JH-404", "PlanUnknown"],
    ] as const) {
      const { status, document } = await notice(plan, "none.pdf");
      st.equal(status, 1);
      st.match(document, { error: { code } });
    }
    st.match((await get("/v1/plans/JH-NONE/notice")).json(), { code: "StepOutOfOrder" });
    st.match((await get("/v1/plans/JH-UP/notice")).json(), { plan: "JH-UP", count: 8 });
    st.notOk((await readdir(folder)).includes("none.pdf"));
  });

  await t.test("a file that cannot be is refused", async (st) => {
    const words = ["notice", "JH-UP", "--data", place.dataDir, "--json", "--out"];
    const wrong = await sunshineHere([...words, join(folder, "n.docx")], options);
    st.equal(wrong.status, 2);
    const { status, document } = await notice("JH-UP", "missing/n.pdf");
    st.equal(status, 1);
    st.match(document, { error: { code: "FileNotWritable" } });
    st.strictSame(
      (await readdir(folder)).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  await t.test("the web shows a list while it hangs", async (st) => {
    const { statusCode, headers, payload } = await get("/notices/JH-UP");
    st.equal(statusCode, 200);
    st.equal(headers["x-robots-tag"], "noindex, noarchive");
    for (const words of ["公示还剩 8 天", "𠮷**", "1,234.56", "12317、0877-5012345", "<svg"]) {
      st.match(payload, words);
    }
    for (const one of [...whole, "罗敏", "黄丽华"]) st.notOk(payload.includes(one), one);
    const all = (await get("/notices")).payload;
    for (const plan of ["JH-UP", "JH-OVER", "JH-FEW", "JH-RELIEF", "JH-VOID"]) {
      st.match(all, `href="/notices/${plan}"`);
    }
    st.notMatch(all, /JH-LATER|JH-NONE/);
    st.match((await get("/")).payload, 'href="/notices"');
  });

  await t.test("then dates and hash stay, and from five lines up count and sum", async (st) => {
    for (const [plan, says, isSumShown] of [
      ["JH-OVER", "公示已结束", true],
      ["JH-FEW", "公示已结束", false],
      ["JH-VOID", "公示已结束", true],
      ["JH-RELIEF", "只在现场公示", true],
    ] as const) {
      const { statusCode, payload } = await get(`/notices/${plan}`);
      st.equal(statusCode, 200);
      st.match(payload, says);
      st.equal(payload.includes("1,234.56"), isSumShown, plan);
      st.notMatch(payload, /𠮷|法高|村务公开栏/, plan);
    }
    st.match((await get("/notices/JH-OVER")).payload, (await hashOf("JH-OVER")).slice(0, 8));
  });

  await t.test("what is unknown and what was not put up are one", async (st) => {
    const unknown = await get("/notices/JH-404");
    st.equal(unknown.statusCode, 404);
    for (const plan of ["JH-NONE", "JH-LATER", "%00", "x".repeat(300)]) {
      const { statusCode, payload } = await get(`/notices/${plan}`);
      st.equal(statusCode, 404, plan);
      st.equal(payload, unknown.payload);
    }
    st.equal((await post("/notices/JH-UP", {})).statusCode, 405);
  });
});
