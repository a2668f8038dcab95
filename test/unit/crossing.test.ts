// How commands and outcomes cross between processes of one ledger; no database is needed.
import type { Test } from "tap";
import { test } from "tap";
import type { BankFileTold } from "../../src/domain/distribution/bank-told.ts";
import type { Kind } from "../../src/domain/kind.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { kindOf, kinds } from "../../src/domain/kinds.ts";
import { CrossingUnreadable } from "../../src/log/forwarded.ts";
import { deriveKeys } from "../../src/vault/keys.ts";
import { encrypt } from "../../src/vault/vault.ts";
import type { CommandBatch } from "../../src/write/commands.ts";
import { commandCrossing } from "../../src/write/crossing.ts";
import type { Outcome } from "../../src/write/handle.ts";

const keys = deriveKeys(Buffer.alloc(32, 7));
const row = "0f8fad5b-d9cb-469f-a165-70867728950e";
const crossing = commandCrossing({ keys });

const note = '备注 "引号" 𠮷 \u2028\ufeff\\ 110101199003070011';
const payment = {
  户编号: "H1",
  主体编号: "O1",
  合同编号: "C1",
  数量: "2.5",
  单价: "400",
  金额: "1000.00",
};

/** Rows with free text and unknown columns; of other kinds there are examples. */
const rows: Partial<Record<KindName, Record<string, string>[]>> = {
  roster: [
    {
      户编号: "H1",
      人编号: "P1",
      姓名: "张三",
      身份证号: "110101199003070011",
      开户行: "信用社",
      银行账号: "622848",
      备注: note,
      __proto__x: "unknown",
    },
  ],
  organisations: [{ 主体编号: "O1", 名称: "合作社", 类型: "合作社", 备注: note }],
  contracts: [
    {
      合同编号: "C1",
      合同类型: "土地流转",
      户编号: "H1",
      主体编号: "O1",
      起始日期: "2026-01-01",
      数量: "2.5",
      单价: "400",
      备注: note,
      经办人: "王五",
    },
  ],
  amendments: [
    {
      变更编号: "A1",
      合同编号: "C1",
      变更类型: "补充协议",
      生效日期: "2026-06-01",
      单价: "420",
      终止日期: "-",
      备注: note,
    },
  ],
  movements: [
    { 业务类型: "租金", ...payment },
    { 业务类型: "订单收购", ...payment },
    { 业务类型: "工资", ...payment },
    { 业务类型: "折股", ...payment, 股权登记簿: "R1", 资本类型: "现金" },
    { 业务类型: "分红", 主体编号: "O1", 股权登记簿: "R1", 金额: "9000.00" },
    { 业务类型: "冲销", 原业务编号: "YW-1" },
  ].map((cells, i) => ({ ...cells, 业务编号: `YW-${i}`, 业务日期: "2026-03-01", 备注: note })),
  income: [
    {
      收益编号: "SY-1",
      主体编号: "O1",
      业务日期: "2026-03-01",
      所属期: "2025",
      可分配金额: "100",
      备注: note,
    },
  ],
  plans: [
    {
      计划编号: "JH-1",
      收益编号: "SY-1",
      分配方式: "按基数",
      分配金额: "100",
      业务日期: "2026-03-01",
      程序: "村级",
      收入类别: "分红",
      说明理由: note,
    },
  ],
  basis: [{ 明细编号: "MX-1", 计划编号: "JH-1", 户编号: "H1", 基数: "2.5", 备注: note }],
  steps: [
    {
      步骤编号: "BZ-1",
      计划编号: "JH-1",
      步骤: "定案",
      业务日期: "2026-03-01",
      经办人: "王五",
      说明: note,
    },
    {
      步骤编号: "BZ-2",
      计划编号: "JH-1",
      步骤: "决议",
      业务日期: "2026-03-02",
      经办人: "王五",
      应到人数: "3",
      实到人数: "2",
      同意人数: "2",
      材料: "0f".repeat(32),
      主持人: "赵六",
    },
  ],
};

/** The examples of a kind as rows of a file. */
function examplesOf({ columns, examples }: Kind): Record<string, string>[] {
  return examples.map((example) =>
    Object.fromEntries(
      Object.entries(example).map(([field, value]) => {
        const { column = "", values } = columns[field] ?? {};
        return [column, values?.[value] ?? value];
      }),
    ),
  );
}

/** What a bank says, which is no row. */
const bankFile: BankFileTold = {
  kind: "camt.053",
  messageId: "M-1",
  createdOn: "2026-04-03",
  content: "0".repeat(64),
  statements: [
    {
      account: "5300",
      id: "S-1",
      opening: "10.00",
      closing: "8.77",
      entries: [
        {
          ...{ entry: "5300/1", hasReference: true, amount: "1.23", direction: "DBIT" },
          ...{ status: "BOOK", isReversal: false, bookedOn: "2026-04-03", text: note },
          transactions: [{ place: 1, endToEndId: "PC-1-1", amount: "1.23", isReturn: false }],
        },
      ],
    },
  ],
};

function batchOf(kind: KindName): CommandBatch {
  const type = kindOf(kind);
  const commands = (rows[kind] ?? examplesOf(type)).map((cells): unknown => {
    const parsed = type.parse({ cells });
    if (!parsed.ok) throw new Error(`${kind}: ${parsed.refusal.message}`);
    return parsed.command;
  });
  if (kind === "bank") commands.push({ file: bankFile });
  const contexts = commands.map((_, i) => ({ actor: `经办 ${i}`, correlation: "c-1" }));
  return { kind, commands, contexts };
}

/** Without members that are undefined: no rule tells those from absent ones. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** What a message would say if another program had sealed it. */
function sealed(direction: "commands" | "answer", value: unknown): Buffer {
  return encrypt(keys.transport, `${direction} ${row}`, JSON.stringify(value));
}

function unreadable(t: Test, open: () => unknown, what = "is unreadable"): void {
  try {
    open();
    t.fail(what);
  } catch (error) {
    t.ok(error instanceof CrossingUnreadable, what);
  }
}

for (const { name } of kinds) {
  void test(`commands cross whole: ${name}`, (t) => {
    const batch = batchOf(name);
    t.ok(batch.commands.length > 0);
    const bytes = crossing.sealBatch(row, batch);
    t.notOk(bytes.includes("110101199003070011"), "sealed");
    t.strictSame(crossing.openBatch(row, bytes), plain(batch));
    t.end();
  });
}

void test("outcomes and failures cross whole", (t) => {
  const batch = { ...batchOf("movements"), commands: [{}, {}, {}, {}, {}] };
  const remarks = [{ code: "DutyMissing", message: "m", field: "主体编号" }] as const;
  const outcomes: Outcome[] = [
    { status: "recorded", position: 9_007_199_254_740_993n },
    { status: "recorded", position: 2n, remarks },
    { status: "alreadyRecorded" },
    { status: "refused", refusal: { code: "ContractUnknown", message: "m", field: "合同编号" } },
    { status: "refused", refusal: { code: "NoShares", message: "m" } },
  ];
  const answer = crossing.openAnswer(row, crossing.sealAnswer(row, { outcomes }), batch);
  t.strictSame(answer, { outcomes });
  const failure = { kind: "ambiguous", message: "m".repeat(3_000) } as const;
  const failed = crossing.openAnswer(row, crossing.sealAnswer(row, { failure }), batch);
  t.strictSame(failed, { failure: { ...failure, message: "m".repeat(2_000) } });
  const short = crossing.sealAnswer(row, { outcomes: outcomes.slice(1) });
  unreadable(t, () => crossing.openAnswer(row, short, batch), "one is missing");
  t.end();
});

void test("a message is read in its row, direction and ledger only", (t) => {
  const batch = batchOf("organisations");
  const bytes = crossing.sealBatch(row, batch);
  const elsewhere = commandCrossing({ keys: deriveKeys(Buffer.alloc(32, 8)) });
  const cut = bytes.subarray(0, bytes.length - 1);
  unreadable(t, () => crossing.openBatch(row.replace("0", "1"), bytes));
  unreadable(t, () => crossing.openAnswer(row, bytes, batch));
  unreadable(t, () => elsewhere.openBatch(row, bytes));
  unreadable(t, () => crossing.openBatch(row, cut));
  unreadable(t, () => crossing.openBatch(row, Buffer.alloc(3)));
  t.end();
});

void test("what another version of the program sealed is refused, without repeating it", (t) => {
  const good = { version: 1, kind: "organisations", commands: [{}], contexts: [{ actor: "a" }] };
  t.same(crossing.openBatch(row, sealed("commands", good)).commands, [{}]);
  const others = [
    { ...good, version: 2 },
    { ...good, kind: "of-later" },
    { ...good, commands: ["张三"] },
    { ...good, commands: [["张三"]] },
    { ...good, commands: [{}, {}] },
    { ...good, contexts: [{ actor: "a", role: "张三" }] },
    { ...good, more: "张三" },
    "张三",
  ];
  for (const other of others) {
    const open = () => crossing.openBatch(row, sealed("commands", other));
    unreadable(t, open);
    t.throws(open, /^(?!.*张三)/);
  }
  const batch = { ...batchOf("organisations"), commands: [{}] };
  const answers = [
    { version: 2, outcomes: [{ status: "alreadyRecorded" }] },
    { version: 1, outcomes: [{ status: "postponed" }] },
    { version: 1, outcomes: [{ status: "recorded", position: 7 }] },
    { version: 1, outcomes: [{ status: "refused", refusal: { code: "Later", message: "" } }] },
    { version: 1, failure: { kind: "bored", message: "" } },
  ];
  for (const answer of answers) {
    unreadable(t, () => crossing.openAnswer(row, sealed("answer", answer), batch));
  }
  t.end();
});

void test("a batch has a limit on both sides", (t) => {
  const batch = batchOf("movements");
  const small = commandCrossing({ keys, commandsMax: 5 });
  t.throws(() => small.sealBatch(row, batch), /6 commands is over 5/);
  unreadable(t, () => small.openBatch(row, crossing.sealBatch(row, batch)));
  const larger = commandCrossing({ keys, commandsMax: 6 });
  t.equal(larger.openBatch(row, larger.sealBatch(row, batch)).commands.length, 6);
  t.end();
});

void test("a command is parsed by its kind where it arrives", (t) => {
  const batch = batchOf("roster");
  const picky = commandCrossing({
    keys,
    parseCommand: (kind, data) => {
      if (kind !== "roster") throw new Error("no roster");
      return { parsed: data };
    },
  });
  t.strictSame(picky.openBatch(row, picky.sealBatch(row, batch)).commands, [
    { parsed: plain(batch.commands[0]) },
  ]);
  const other = picky.sealBatch(row, batchOf("movements"));
  unreadable(t, () => picky.openBatch(row, other));
  t.end();
});
