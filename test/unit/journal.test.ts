import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { t as suite, test } from "tap";
import { journalName, journalText } from "../../src/exchange/journal.ts";
import type { Post } from "../../events/define.ts";
import { eventType } from "../../events/index.ts";
import type { EventData, EventName } from "../../events/index.ts";
import type { JournalPosting } from "../../src/queries/journal.ts";

/** Ids that end a field, begin a comment or mean something to one of the two programs. */
const hostile = [
  "5304241022150000",
  "a  b",
  "a b",
  " a",
  "a\tb",
  "a\nb",
  "a:b",
  "a;b",
  'a"b',
  "(a)",
  "[a]",
  "{a}",
  "a@b",
  "a=b",
  "*a",
  "!a",
  "-a",
  "%41",
  "a%3Bb",
  "A",
  "华宁县 1",
  "é",
  "e\u0301",
  "🌞",
  "CNY",
  "h",
  "m",
  "s",
  "AUTO",
  "1000",
  ".",
  "EUR 5",
];

type Event = Pick<JournalPosting, "type" | "register"> & {
  readonly postings: readonly Partial<JournalPosting>[];
};

function paid(household: string, organisation: string, amount: string): Event {
  return {
    type: "RentPaid",
    register: null,
    postings: [
      { side: "household", household, organisation, leg: "rent", asset: "CNY", amount },
      { side: "organisation", organisation, leg: "rent", asset: "CNY", amount: `-${amount}` },
    ],
  };
}

function issued(household: string, organisation: string, register: string, shares: string): Event {
  const asset = `shares:${register}`;
  const share = { leg: "shares", asset, organisation };
  const capital = { leg: "capital", asset: "CNY", organisation };
  return {
    type: "SharesIssuedForCapital",
    register,
    postings: [
      { ...share, side: "household", household, amount: shares },
      { ...share, side: "register", amount: `-${shares}` },
      { ...capital, side: "organisation", amount: "100.00" },
      { ...capital, side: "capital", household, amount: "-100.00" },
    ],
  };
}

async function* postingsOf(events: readonly Event[]): AsyncGenerator<JournalPosting> {
  for (const [i, { type, register, postings }] of events.entries()) {
    const position = BigInt(i + 1);
    const reference = hostile[i % hostile.length] as string;
    const effective = `2025-${String((i % 12) + 1).padStart(2, "0")}-01`;
    for (const posting of postings) {
      yield {
        household: null,
        effective,
        ...posting,
        position,
        type,
        reference,
        register,
      } as JournalPosting;
    }
  }
  await Promise.resolve();
}

async function journalOf(events: readonly Event[], amendments: string[] = []): Promise<string> {
  let text = "";
  const registers = [...new Set(events.flatMap(({ register }) => register ?? []))];
  for await (const chunk of journalText({
    registers,
    amendments,
    postings: postingsOf(events),
    remarks: ["a remark"],
  })) {
    text += chunk;
  }
  return text;
}

test("a journal says what contracts were changed to, as comments", async (t) => {
  const text = await journalOf([paid("5304", "ORG-1", "1.00")], ["2026-01-01 终止 BG-1", "b"]);
  t.match(text, /CNY 1000\.00\n\n; 2026-01-01 终止 BG-1\n; b\n\n20/);
});

test("a journal", async (t) => {
  t.equal(
    await journalOf([paid("5304", "ORG-1", "385.20"), issued("5304", "ORG-1", "GQ-01", "12.5000")]),
    `; a remark

commodity CNY
    format CNY 1000.00

commodity "GQ-01"
    format 1000.0000 "GQ-01"

2025-01-01 (5304241022150000) RentPaid  ; position: 1
    household:5304:rent  CNY 385.20
    organisation:ORG-1:paid:rent  CNY -385.20

2025-02-01 (a%20%20b) SharesIssuedForCapital  ; position: 2
    household:5304:shares:GQ-01  12.5000 "GQ-01"
    register:GQ-01:issued  -12.5000 "GQ-01"
    organisation:ORG-1:capital  CNY 100.00
    capital:5304:GQ-01  CNY -100.00
`,
    "is a transaction an event",
  );
});

test("names in a journal", (t) => {
  const names = hostile.map(journalName);
  t.equal(new Set(names).size, hostile.length, "stay different where ids are");
  for (const name of names) t.match(name, /^[\p{L}\p{N}._%-]+$/u, `${name} can end no field`);
  t.equal(journalName("华宁-01.a_b"), "华宁-01.a_b", "stay readable");
  t.end();
});

const events = [
  ...hostile.map((id, i) => paid(id, hostile[(i + 1) % hostile.length] as string, `${i + 1}.01`)),
  ...hostile.map((id, i) =>
    issued(id, "ORG", hostile[(i + 7) % hostile.length] as string, `${i}.0001`),
  ),
];

/** What an event posts, each on its own day. */
function posted<N extends EventName>(type: N, day: string, data: Partial<EventData<N>>): Event {
  const postings: Partial<JournalPosting>[] = [];
  const post: Post = (side, household, organisation, leg, asset, amount, effective = day) => {
    const named = { household, organisation: organisation ?? "" };
    postings.push({ side, ...named, leg, asset, amount, effective });
  };
  eventType(type).posts(data as never, post);
  return { type, register: null, postings };
}

const payer = "ORG (1)";
const beneficiaries = [
  { household: "5304", amount: "10.00" },
  { household: "a  b", amount: "20.00" },
  { household: "5306", amount: "30.00" },
  { organisation: "ORG;2", amount: "40.00" },
].map((of, at) => ({ line: at + 1, leg: "dividend", organisationPaying: payer, ...of }));

const told = (at: number, effect: string, moves: readonly object[], clearedOn?: string) => ({
  what: "payment",
  effect,
  moves,
  ...(clearedOn !== undefined && { clearedOn }),
  ...beneficiaries[at],
});

/**
 * Four lines are due and instructed: one is credited and recovered later, one comes back, one is
 * never answered, and one of an organisation is credited.
 */
const distribution: readonly Event[] = [
  posted("ListApproved", "2025-03-21", {
    organisationPaying: payer,
    leg: "dividend",
    lines: beneficiaries,
  }),
  posted("BatchInstructed", "2025-04-03", { lines: beneficiaries } as never),
  posted("BankFileRecorded", "2025-04-06", {
    lines: [
      told(0, "credited", [{ day: "2025-04-05", amount: "10.00" }], "2025-04-05"),
      told(1, "returned", [], "2025-04-06"),
      told(3, "credited", [{ day: "2025-04-05", amount: "40.00" }], "2025-04-05"),
    ],
  } as never),
  posted("LineRecovered", "2025-05-01", beneficiaries[0] as never),
];

/** What stands on accounts before a day: due and in flight, paid, taken back. */
const accountsBefore: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    "2025-04-01",
    {
      "due:5304:dividend": "10.00",
      "due:a%20%20b:dividend": "20.00",
      "due:5306:dividend": "30.00",
      "due:ORG%3B2:dividend": "40.00",
      "organisation:ORG%20%281%29:owed:dividend": "-100.00",
    },
  ],
  [
    "2025-04-05",
    {
      "due:5304:dividend": "10.00",
      "due:a%20%20b:dividend": "20.00",
      "due:5306:dividend": "30.00",
      "due:ORG%3B2:dividend": "40.00",
      "organisation:ORG%20%281%29:owed:dividend": "-100.00",
      "transit:5304:dividend": "10.00",
      "transit:a%20%20b:dividend": "20.00",
      "transit:5306:dividend": "30.00",
      "transit:ORG%3B2:dividend": "40.00",
      "organisation:ORG%20%281%29:transit:dividend": "-100.00",
    },
  ],
  [
    "2025-04-06",
    {
      "due:a%20%20b:dividend": "20.00",
      "due:5306:dividend": "30.00",
      "organisation:ORG%20%281%29:owed:dividend": "-50.00",
      "transit:a%20%20b:dividend": "20.00",
      "transit:5306:dividend": "30.00",
      "organisation:ORG%20%281%29:transit:dividend": "-50.00",
      "household:5304:dividend": "10.00",
      "organisation:ORG%3B2:received:dividend": "40.00",
      "organisation:ORG%20%281%29:paid:dividend": "-50.00",
    },
  ],
  [
    "2025-05-01",
    {
      "due:a%20%20b:dividend": "20.00",
      "due:5306:dividend": "30.00",
      "organisation:ORG%20%281%29:owed:dividend": "-50.00",
      "transit:5306:dividend": "30.00",
      "organisation:ORG%20%281%29:transit:dividend": "-30.00",
      "household:5304:dividend": "10.00",
      "organisation:ORG%3B2:received:dividend": "40.00",
      "organisation:ORG%20%281%29:paid:dividend": "-50.00",
    },
  ],
  [
    "2025-06-01",
    {
      "due:a%20%20b:dividend": "20.00",
      "due:5306:dividend": "30.00",
      "organisation:ORG%20%281%29:owed:dividend": "-50.00",
      "transit:5306:dividend": "30.00",
      "organisation:ORG%20%281%29:transit:dividend": "-30.00",
      "organisation:ORG%3B2:received:dividend": "40.00",
      "organisation:ORG%20%281%29:paid:dividend": "-40.00",
    },
  ],
];

const folder = mkdtempSync(join(tmpdir(), "journal-"));
suite.teardown(() => {
  rmSync(folder, { recursive: true });
});

for (const program of ["hledger", "ledger"]) {
  const missing = spawnSync(program, ["--version"]).status !== 0;
  test(`${program} reads a journal`, {
    skip: missing && `${program} is not installed`,
  }, async (t) => {
    const file = join(folder, `all ${program}.journal`);
    writeFileSync(file, await journalOf(events));
    const run = (...words: string[]) => {
      const env = { ...process.env, LC_ALL: "C.UTF-8" };
      const { status, stdout, stderr } = spawnSync(program, ["-f", file, ...words], {
        encoding: "utf8",
        env,
      });
      t.equal(status, 0, `${program} ${words.join(" ")} ${stderr}`);
      return stdout;
    };
    if (program === "hledger") run("check");
    const words =
      program === "hledger"
        ? ["balance", "--flat", "--no-total", "-O", "csv", "household:"]
        : [
            "balance",
            "--flat",
            "--no-total",
            "--balance-format",
            "%(account),%(total)\n",
            "household",
          ];
    const balances = run(...words);
    for (const [i, id] of hostile.entries()) {
      const account = `household:${journalName(id)}`;
      t.match(balances, `${account}:rent`);
      const [rent = ""] = linesOf(balances, `${account}:rent`);
      t.match(rent, `CNY ${i + 1}.01`, rent);
      const register = journalName(hostile[(i + 7) % hostile.length] as string);
      const [shares = ""] = linesOf(balances, `${account}:shares:${register}`);
      t.match(shares, `${i}.0001 `, shares);
    }
    t.notMatch(run("balance", "--depth", "0"), /[1-9]/, "and it balances");
  });
}

for (const program of ["hledger", "ledger"]) {
  const missing = spawnSync(program, ["--version"]).status !== 0;
  test(`${program} says what is due, in transit and paid`, {
    skip: missing && `${program} is not installed`,
  }, async (t) => {
    const file = join(folder, `paid ${program}.journal`);
    writeFileSync(file, await journalOf(distribution));
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    for (const [day, wanted] of accountsBefore) {
      const words =
        program === "hledger"
          ? ["balance", "--flat", "--no-total", "-O", "csv", "-e", day]
          : ["balance", "--flat", "--no-total", "--end", day];
      const form = program === "hledger" ? [] : ["--balance-format", "%(account),%(total)\n"];
      const run = spawnSync(program, ["-f", file, ...words, ...form], { encoding: "utf8", env });
      t.equal(run.status, 0, run.stderr);
      const lines = run.stdout.replaceAll('"', "").split("\n");
      const found = lines.flatMap((line) => {
        const [account = "", amount] = line.split(/,\s*/);
        return amount?.startsWith("CNY ") === true ? [[account, amount.slice(4)]] : [];
      });
      t.strictSame(Object.fromEntries(found), wanted, `before ${day}`);
    }
  });
}

function linesOf(balances: string, account: string): string[] {
  return balances.split("\n").filter((line) => line.replaceAll('"', "").startsWith(`${account},`));
}
