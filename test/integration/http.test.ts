import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { verify } from "../../src/app/verify.ts";
import { refusalCodes } from "../../src/domain/refusal.ts";
import { openTable } from "../../src/exchange/table-reader.ts";
import { kindOf, kinds } from "../../src/domain/kinds.ts";
import { bodySchema, columnOf } from "../../src/http/command-fields.ts";
import { hostCheck } from "../../src/http/guards.ts";
import { statusOfRefusal } from "../../src/http/problem.ts";
import { ListenError, serve } from "../../src/http/server.ts";
import { reports } from "../../src/queries/reports/reports.ts";
import { sample, testLedgerAt, testService } from "../support/service.ts";
import type { countyKinds } from "../support/county.ts";

interface Expected {
  readonly recorded: number;
  readonly alreadyRecorded: number;
  readonly statements: Readonly<Record<string, { readonly all: { readonly total: string } }>>;
  readonly refused: readonly { row: number; 业务编号: string; code: string }[];
}

const expected = JSON.parse(readFileSync(join(sample, "expected.json"), "utf8")) as Expected;

const types: Readonly<Record<string, string>> = {
  折股: "shares",
  租金: "rent",
  订单收购: "order",
  工资: "wage",
  分红: "dividend",
  冲销: "reversal",
};

/** An order under a contract of the sample that is open to every household. */
const order = {
  reference: "H-1",
  type: "order",
  date: "2025-06-01",
  household: "5304241040010015",
  organisation: "ORG-001",
  contract: "HT-00014",
  quantity: "10",
  price: "9",
  amount: "90.00",
};

test("the sample county, one movement a request", async (t) => {
  const { post, ledger, get, logged } = await testService(t, { projecting: false });
  for (const kind of ["roster", "organisations", "contracts"] as const) {
    for (const { body } of await bodiesOf(kind)) {
      const { statusCode } = await post(`/v1/${kind}`, body);
      if (statusCode !== 201 && statusCode !== 200) t.fail(`${kind} answered ${statusCode}`);
    }
  }
  const counts = { recorded: 0, alreadyRecorded: 0 };
  const refused: object[] = [];
  for (const { row, body } of await bodiesOf("movements")) {
    const { statusCode, payload } = await post("/v1/movements", body);
    const answer = JSON.parse(payload) as { status: string; code?: string };
    if (statusCode === 201) counts.recorded += 1;
    else if (statusCode === 200) counts.alreadyRecorded += 1;
    else {
      refused.push({ row, 业务编号: body["reference"] ?? "", code: answer.code });
      const status = statusOfRefusal(answer.code as (typeof refusalCodes)[number]);
      if (status !== statusCode) t.fail(`${answer.code ?? ""} is answered ${statusCode}`);
    }
  }
  t.strictSame(counts.recorded, expected.recorded);
  t.strictSame(counts.alreadyRecorded, expected.alreadyRecorded);
  t.strictSame(refused, expected.refused);
  await ledger.projector.reach((await ledger.log.head()).position);
  const statements = await get("/v1/statements?limit=1000");
  const { items } = statements.json<{ items: { household: string; total: string }[] }>();
  t.strictSame(
    Object.fromEntries(items.map(({ household, total }) => [household, total])),
    Object.fromEntries(
      Object.entries(expected.statements).map(([household, { all }]) => [household, all.total]),
    ),
  );

  t.test("repeats no personal value in a log line", async (st) => {
    const people = await bodiesOf("roster");
    const secret = people.flatMap(({ body }) =>
      ["name", "idNumber", "account"].flatMap((field) => body[field] ?? []),
    );
    const text = logged.join("");
    st.ok(secret.length > 300);
    st.strictSame(
      secret.filter((value) => text.includes(value)),
      [],
    );
    st.notMatch(text, "5304241040010015", "nor a household's number");
  });
});

async function bodiesOf(kind: (typeof countyKinds)[number]) {
  const names = Object.keys(
    (bodySchema(kindOf(kind)) as unknown as { shape: Record<string, unknown> }).shape,
  );
  const byColumn = new Map(names.map((name) => [columnOf(kind, name) ?? name, name]));
  const table = await openTable(join(sample, `${kind}.csv`), {
    idColumn: kindOf(kind).idColumn,
    known: [],
  });
  const bodies: { row: number; body: Record<string, string> }[] = [];
  for await (const rows of table.batches(1_000)) {
    for (const { row, cells } of rows) {
      const body: Record<string, string> = {};
      table.header.forEach((column, i) => {
        const [name, text = ""] = [byColumn.get(column), cells[i]];
        if (name !== undefined && typeof text === "string" && text !== "") {
          body[name] = named(kind, name, text);
        }
      });
      bodies.push({ row, body });
    }
  }
  await table.close();
  return bodies;
}

const contractTypes: Readonly<Record<string, string>> = {
  土地流转: "lease",
  订单收购: "order",
  劳务: "labour",
  入股: "shares",
};

/** A type the sample misspells is passed on: the service refuses it as the file's is refused. */
function named(kind: string, name: string, text: string): string {
  if (kind === "movements" && name === "type") return types[text] ?? text;
  if (kind === "contracts" && name === "kind") return contractTypes[text] ?? text;
  return text;
}

/** What plans, steps, batches and a bank's files are refused with: the ledger's state. */
const ofDistribution = [
  "PeriodClosed",
  "PlanUnknown",
  "StepOutOfOrder",
  "IncomeUnknown",
  "DateBefore",
  "SchemeTakesNoBasis",
  "PlanFrozen",
  "RatioBelowFloor",
  "PersonUnknown",
  "DuplicateBeneficiary",
  "BasisMissing",
  "BasisNotYet",
  "ReasonMissing",
  "PoolTooSmall",
  "IncomeExceeded",
  "RatioExceeded",
  "QuorumNotMet",
  "ListChanged",
  "NoticeIncomplete",
  "NoticeTooShort",
  "NoticeNotRunning",
  "ObjectionConflict",
  "ObjectionUnknown",
  "ObjectionAnswered",
  "NoticeRunning",
  "ObjectionOpen",
  "LineUnknown",
  "LineNotOpen",
  "LineNotHeld",
  "LineNotReturned",
  "LineNotCredited",
  "SamePerson",
  "AccountUnchanged",
  "PlanNotApproved",
  "NothingToPay",
  "NotFinal",
  "NotOurs",
  "SumsDisagree",
  "StatementGap",
  "EntryUnknown",
  "PaymentAnswered",
  "TooEarly",
  "MonthNotClosable",
] as const;

/** What rows of the programme are refused with besides. */
const ofProgramme = [
  "FundUnknown",
  "ProjectUnknown",
  "AllocationUnknown",
  "DisbursementUnknown",
  "ModelUnknown",
  "BindingUnknown",
  "OfficerUnknown",
  "AssetUnknown",
  "CaseUnknown",
  "PartyUnknown",
  "KindMismatch",
  "FundExceeded",
  "ProjectCancelled",
  "ProjectNotInBank",
  "PlanExceeded",
  "AllocationExceeded",
  "ProjectNotApproved",
  "NotAccepted",
  "OrganisationListed",
  "ClassCapExceeded",
  "DutyUnmet",
  "EvidenceMissing",
  "AwardAboveRate",
  "DutyMissing",
  "CooperativeTooSmall",
  "DisbursementExceeded",
  "PurposeForbidden",
  "ReturnExceeded",
  "ModelNotRecognised",
  "IndustryNotListed",
  "NotApplied",
  "LinkageMissing",
  "TitleMissing",
  "TenderMissing",
  "ArchiveIncomplete",
  "ChannelsFew",
  "FundsOut",
  "ConsentMissing",
  "ModeMissing",
  "IndustryMismatch",
  "SupervisorOperates",
  "HiringUnmet",
  "LoanUnknown",
  "GuaranteeUnknown",
  "PolicyUnknown",
  "ClaimUnknown",
  "AccountUnknown",
  "HerdUnknown",
  "PartyUnknown",
  "LoanAboveLimit",
  "TermAboveLimit",
  "GuaranteeForbidden",
  "RateAboveBenchmark",
  "TermOutOfBand",
  "LoanAboveHouseholds",
  "ParticipationMissing",
  "ShareNotWhole",
  "CompensationMissing",
  "LoanOverpaid",
  "RenewalUncontrolled",
  "CauseMissing",
  "SubsidyDoubled",
  "DaysPaid",
  "SubsidyAboveLimit",
  "PremiumSubsidyLow",
  "GroupSize",
  "PremiumAboveLimit",
  "PremiumHigh",
  "RateOutOfBand",
  "CoverMissing",
  "ClaimAboveCover",
  "UseForbidden",
  "FundInsufficient",
  "HeadsInsufficient",
  "DependentsExist",
  "SupervisorHolds",
  "TermsMissing",
  "NotThirdParty",
  "HolderDutyUnmet",
  "DisposalNotApproved",
  "GradeMissing",
  "DisputeNotHeld",
  "DisputeOpen",
  "FindingUnknown",
  "RecoveryExceeded",
  "CaseOpenFinding",
  "ClaimExceeded",
  "RankOutOfOrder",
] as const;

test("one command", async (t) => {
  const { seed, post, get, ledger } = await testService(t);
  await seed();

  t.test("is recorded once", async (st) => {
    const first = await post("/v1/movements", order);
    st.equal(first.statusCode, 201);
    const { position } = first.json<{ position: string }>();
    st.strictSame(first.json(), { status: "recorded", position });
    const again = await post("/v1/movements", { ...order, quantity: " 10.0 ", amount: "90" });
    st.equal(again.statusCode, 200);
    st.strictSame(again.json(), { status: "alreadyRecorded" });
    const other = await post("/v1/movements", { ...order, voucher: "PZ-9" });
    st.equal(other.statusCode, 409);
    st.match(other.headers["content-type"], "application/problem+json");
    st.match(other.json(), {
      type: "urn:sunshine-ledger:problem:ReferenceConflict",
      status: 409,
      code: "ReferenceConflict",
      field: { name: "reference", column: "业务编号" },
    });
    const seen = await get(
      `/v1/households/${order.household}/trail?atLeast=${position}&limit=1000`,
    );
    const last = seen.json<{ entries: object[] }>().entries.at(-1);
    st.match(last, { position, reference: "H-1", actor: "http" });
  });

  t.test("names who acted", async (st) => {
    const actors = {
      李强: Buffer.from("李强").toString("latin1"),
      "张 三": "UTF-8''%E5%BC%A0%20%E4%B8%89",
      "plain name": "plain name",
    };
    let n = 0;
    for (const [actor, header] of Object.entries(actors)) {
      const reference = `H-actor-${n++}`;
      const { statusCode, payload } = await post(
        "/v1/movements",
        { ...order, reference },
        { "x-actor": header },
      );
      st.equal(statusCode, 201, payload);
      const [event] = (await ledger.log.find([`movement:${reference}`])).values();
      st.equal(event?.meta.actor, actor);
    }
    for (const header of ["\u00ff\u00fe", "UTF-8''%ZZ", "x".repeat(201)]) {
      const { statusCode } = await post("/v1/movements", order, { "x-actor": header });
      st.equal(statusCode, 400);
    }
  });

  t.test("that is malformed is refused without repeating what it says", async (st) => {
    const secret = "不可泄露的名字";
    const cases: [unknown, string, string?][] = [
      [{ ...order, amount: secret }, "MalformedField", "amount"],
      [{ ...order, amount: 90 }, "MalformedField", "amount"],
      [{ ...order, type: secret }, "MalformedField", "type"],
      [{ ...order, type: undefined }, "MalformedField", "type"],
      [{ ...order, [secret]: "x" }, "MalformedField"],
      [{ ...order, extra: { [secret]: 1 } }, "MalformedField", "extra"],
      [{ ...order, extra: { 金额: secret } }, "MalformedField", "extra"],
      [`{"reference": "H", "extra": {"\\ud800": "x"}}`, "MalformedField", "extra"],
      [`{"reference": "\\ud800"}`, "MalformedField", "reference"],
      [`{"reference": "H", "type": "rent", "date": "\\ud800"}`, "MalformedField", "date"],
      [{ ...order, reference: "a\u0000b" }, "MalformedField", "reference"],
      [{ ...order, reference: "x".repeat(201) }, "MalformedField", "reference"],
      [{ ...order, date: "2025-02-30" }, "MalformedField", "date"],
      [`{"reference": "${secret}`, "MalformedRequest"],
      ["", "MalformedRequest"],
      ["[]", "MalformedField"],
      ["null", "MalformedField"],
      [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "MalformedRequest"],
      ['{"__proto__": {"reference": "x"}}', "MalformedField"],
    ];
    for (const [body, code, field] of cases) {
      const keyed = { "idempotency-key": "malformed" };
      const { statusCode, payload } = await post("/v1/movements", body, keyed);
      st.equal(statusCode, 400, JSON.stringify(body));
      const problem = JSON.parse(payload) as { code: string; field?: { name: string } };
      st.equal(problem.code, code);
      st.equal(problem.field?.name, field);
      st.notMatch(payload, secret);
    }
  });

  t.test("that has a name twice is refused, in every route", async (st) => {
    const cases: [string, string][] = [
      [`{"amount": "90", "amount": "80"}`, "amount"],
      [`{"amount": "90", "amount": "90"}`, "amount"],
      [`{"amount": "90", "am\\u006funt": "80"}`, "amount"],
      [`{"reference": "1", "extra": {"村": "a", "b": "", "\\u6751" : "c"}}`, "村"],
      [`{"reference": "1", "extra": {}, "extra" \t\r\n: {}}`, "extra"],
      [`{"nobody": [{"a": 1}, {"a": 1, "b": {"a": 1}, "a": 2}]}`, "a"],
      [`{"__proto__": 1, "__proto__": 2}`, "__proto__"],
      [`{"${"x".repeat(300)}": 1, "${"x".repeat(300)}": 2}`, "x".repeat(200)],
      [`{"\\ud800": 1, "\\ud800": 2}`, "\ud800"],
    ];
    for (const { name } of kinds) {
      for (const [body, member] of cases) {
        const refused = await post(`/v1/${name}`, body, { "idempotency-key": "twice" });
        st.equal(refused.statusCode, 400, body);
        st.match(refused.headers["content-type"], "application/problem+json");
        const code = "MalformedRequest";
        st.match(refused.json(), { code, detail: /twice$/, field: { name: member } });
      }
    }
    const amount = await post("/v1/movements", cases[0]?.[0]);
    st.match(amount.json(), { field: { name: "amount", column: "金额" } });
    const other = await post("/v1/movements", `{"a": "b", "b": ["a", "a", {"a": "a: \\"a\\":"}]}`);
    st.match(other.json(), { code: "MalformedField" }, "but the same name elsewhere is not it");
  });

  t.test("has notes of at most 64 kB together, and other texts of any length", async (st) => {
    const third = "注".repeat(7_281);
    const notes = { note: third, extra: { 一: third, 二: `${third}aaaaaaa` } };
    const over = { ...notes, extra: { ...notes.extra, 三: "x" } };
    for (const long of [
      over,
      { note: "x".repeat(65_537) },
      { extra: { 一: "x".repeat(65_537) } },
    ]) {
      const refused = await post("/v1/movements", { ...order, reference: "H-notes", ...long });
      st.equal(refused.statusCode, 400);
      st.match(refused.json(), { code: "MalformedField", detail: /notes .* 65536 bytes/ });
    }
    const kept = await post("/v1/movements", { ...order, reference: "H-notes", ...notes });
    st.equal(kept.statusCode, 201, kept.payload);
    const name = "社".repeat(260_000);
    const organisation = { organisation: "ORG-long", name };
    st.equal((await post("/v1/organisations", organisation)).statusCode, 201);
    st.match((await post("/v1/organisations", organisation)).json(), { status: "alreadyRecorded" });
    const person = { person: "P-long", household: "H-long", name, village: "村".repeat(3_000) };
    st.equal((await post("/v1/roster", person)).statusCode, 201);
    const longer = await post("/v1/organisations", { ...organisation, kind: "x".repeat(30_000) });
    st.match(longer.json(), { code: "MalformedField", detail: /800000 bytes of JSON/ });
  });

  t.test("is refused with the status of its code", (st) => {
    const statuses = Object.fromEntries(refusalCodes.map((code) => [code, statusOfRefusal(code)]));
    st.matchOnly(statuses, {
      MalformedField: 400,
      ReferenceConflict: 409,
      HouseholdUnknown: 422,
      OrganisationUnknown: 422,
      ContractUnknown: 422,
      RegisterUnknown: 422,
      OriginalUnknown: 422,
      ContractMismatch: 422,
      ContractNotInForce: 422,
      PriceNotContract: 422,
      PriceBelowFloor: 422,
      AmountMismatch: 422,
      SharesNotExact: 422,
      NoShares: 422,
      AlreadyReversed: 409,
      PackMalformed: 400,
      YearReported: 409,
      AlreadyEnded: 409,
      ...Object.fromEntries([...ofDistribution, ...ofProgramme].map((code) => [code, 422])),
      AgreementMissing: 422,
      QuantityExceeded: 422,
      DaysPaid: 422,
      AdvanceExceeded: 422,
      PrincipalExceeded: 422,
      AssetUnknown: 422,
      LoanUnknown: 422,
      LossNotHouseholds: 422,
      LossNotVillages: 422,
      AttendanceMissing: 422,
      DecisionMissing: 422,
      ValuationMissing: 422,
      ValuationExceeded: 422,
      DividendMissing: 422,
      SharesInsufficient: 422,
      TransmissionContested: 422,
      LotNotValued: 422,
      ShareConsentMissing: 422,
      SharesFromLoan: 422,
      ...Object.fromEntries(ofDistribution.map((code) => [code, 422])),
    });
    st.end();
  });

  t.test("is recorded beside others at once", async (st) => {
    const references = Array.from({ length: 200 }, (_, i) => `H-many-${i % 100}`);
    const answers = await Promise.all(
      references.map((reference) => post("/v1/movements", { ...order, reference })),
    );
    const counts = { 201: 0, 200: 0 };
    for (const { statusCode } of answers) counts[statusCode as 200] += 1;
    st.strictSame(counts, { 201: 100, 200: 100 });
    const positions = answers.flatMap((one) => one.json<{ position?: string }>().position ?? []);
    st.equal(new Set(positions).size, 100);
    const { position: head } = await ledger.log.head();
    await ledger.projector.reach(head);
    const { ok, differences } = await verify(ledger.pool, ledger.log, ledger.projections, head);
    st.ok(ok, differences.join("; "));
  });
});

test("an Idempotency-Key", async (t) => {
  const { seed, post, ledger } = await testService(t);
  await seed();
  const key = { "idempotency-key": "k-1" };
  const body = { ...order, reference: "I-1" };

  t.test("answers a retry as the first", async (st) => {
    const first = await post("/v1/movements", body, key);
    st.equal(first.statusCode, 201);
    const again = await post(
      "/v1/movements",
      Object.fromEntries(Object.entries(body).reverse()),
      key,
    );
    st.equal(again.statusCode, 201);
    st.equal(again.payload, first.payload);
    st.equal(again.headers["idempotency-replayed"], "true");
    const { rows } = await ledger.pool.query("SELECT * FROM idempotency_keys");
    st.notMatch(JSON.stringify(rows), /k-1|I-1|5304241040010015/, "and keeps neither in clear");
  });

  t.test("is refused for another request", async (st) => {
    const other = await post("/v1/movements", { ...body, reference: "I-2" }, key);
    st.equal(other.statusCode, 422);
    st.equal(other.json<{ code: string }>().code, "IdempotencyKeyReused");
    const { statusCode } = await post(
      "/v1/organisations",
      { organisation: "ORG-I", name: "甲" },
      key,
    );
    st.equal(statusCode, 201, "but other routes have keys of their own");
  });

  t.test("does not freeze a refusal", async (st) => {
    const late = { ...body, reference: "I-3", contract: "HT-late" };
    const header = { "idempotency-key": "k-2" };
    st.equal((await post("/v1/movements", late, header)).statusCode, 422);
    const { statusCode } = await post("/v1/contracts", {
      contract: "HT-late",
      kind: "order",
      organisation: "ORG-001",
      from: "2025-01-01",
      floorPrice: "1",
    });
    st.equal(statusCode, 201);
    st.equal((await post("/v1/movements", late, header)).statusCode, 201);
  });

  t.test("does not freeze a fault", async (st) => {
    const header = { "idempotency-key": "k-3" };
    const failing = { ...body, reference: "I-4" };
    await ledger.pool.query("ALTER TABLE events RENAME TO events_away");
    const { statusCode, payload } = await post("/v1/movements", failing, header);
    await ledger.pool.query("ALTER TABLE events_away RENAME TO events");
    st.equal(statusCode, 500);
    st.notMatch(payload, /events|detail/);
    st.equal((await post("/v1/movements", failing, header)).statusCode, 201);
  });

  t.test("lets one of many through at a time", async (st) => {
    const header = { "idempotency-key": "k-4" };
    const one = { ...body, reference: "I-5" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post("/v1/movements", one, header)),
    );
    const statuses = new Set(answers.map(({ statusCode }) => statusCode));
    statuses.delete(409);
    st.strictSame([...statuses], [201]);
    for (const answer of answers) {
      if (answer.statusCode === 409) st.equal(answer.headers["retry-after"], "1");
    }
  });

  t.test("whose request never ended is taken over", async (st) => {
    const header = { "idempotency-key": "k-5" };
    const one = { ...body, reference: "I-6" };
    await post("/v1/movements", one, header);
    const unanswered = "UPDATE idempotency_keys SET answer = NULL";
    await ledger.pool.query(unanswered);
    st.equal((await post("/v1/movements", one, header)).statusCode, 409, "its process is alive");
    // No process has this session.
    await ledger.pool.query("UPDATE idempotency_keys SET session = -1");
    const refused = await post("/v1/movements", one, header);
    st.equal(refused.statusCode, 409, "a process may have lost its connection");
    await ledger.pool.query(
      "UPDATE idempotency_keys SET doubted_at = doubted_at - interval '4 seconds'",
    );
    const answer = await post("/v1/movements", one, header);
    st.strictSame(answer.json(), { status: "alreadyRecorded" });
  });

  t.test("is plain text", async (st) => {
    for (const bad of ["", "x".repeat(256), "键"]) {
      const given = { "idempotency-key": Buffer.from(bad).toString("latin1") };
      st.equal((await post("/v1/movements", body, given)).statusCode, 400);
    }
  });
});

test("a request", async (t) => {
  const { get, post, app, logged } = await testService(t, { host: "ledger.example" });

  t.test("of another site is refused", async (st) => {
    const organisation = { organisation: "ORG-S", name: "甲" };
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://elsewhere.example" },
      { origin: "null" },
    ]) {
      const { statusCode, payload } = await post("/v1/organisations", organisation, headers);
      st.equal(statusCode, 403);
      st.equal((JSON.parse(payload) as { code: string }).code, "OriginNotAllowed");
    }
    for (const headers of [
      { origin: "http://localhost:80" },
      { "sec-fetch-site": "same-origin" },
    ]) {
      const { statusCode } = await post("/v1/organisations", organisation, headers);
      st.ok(statusCode < 300);
    }
    const { headers } = await get("/health", { origin: "https://elsewhere.example" });
    st.equal(headers["access-control-allow-origin"], undefined);
  });

  t.test("under another name is refused", async (st) => {
    const { statusCode, payload } = await get("/health", { host: "evil.example" });
    st.equal(statusCode, 421);
    st.equal((JSON.parse(payload) as { code: string }).code, "HostNotAllowed");
    const isOurs = hostCheck("ledger.example");
    const ours = ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3:80"];
    for (const host of [...ours, "ledger.example", "ledger.example:8080"])
      st.ok(isOurs(host), host);
    const others = ["", "localhost.evil.example", "127.0.0.1.evil.example", "evil", "1.2.3.4.5"];
    for (const host of others) st.notOk(isOurs(host), host);
  });

  t.test("carries headers that keep browsers apart", async (st) => {
    for (const url of ["/", "/health", "/nowhere", "/v1/households/x"]) {
      const { headers } = await get(url);
      st.match(headers["content-security-policy"], /default-src 'none'/);
      st.notMatch(headers["content-security-policy"], "unsafe-inline");
      st.equal(headers["x-content-type-options"], "nosniff");
      st.equal(headers["referrer-policy"], "no-referrer");
      st.match(headers["x-request-id"], /^[0-9a-f-]{36}$/);
    }
  });

  t.test("to no address of ours, or with another method, is a problem", async (st) => {
    st.match((await get("/nowhere")).json(), { status: 404, code: "NotFound" });
    const put = await app.inject({ method: "PUT", url: "/v1/movements", payload: "x" });
    st.match(put.json(), { status: 405, code: "MethodNotAllowed" });
    st.equal(put.headers.allow, "POST");
    const deleted = await app.inject({ method: "DELETE", url: "/v1/households/1" });
    st.equal(deleted.statusCode, 405);
    st.equal((await get("/v1/movements")).statusCode, 405);
    st.match((await get("/v1/%ZZ")).json(), { status: 400, code: "MalformedRequest" });
    const long = await get(`/v1/households/${"x".repeat(2_000)}`);
    st.ok(long.statusCode === 404 || long.statusCode === 400);
    st.equal((await get(`/v1/households/${"x".repeat(201)}`)).statusCode, 400);
    st.equal((await get("/v1/households/a%00b")).statusCode, 400);
  });

  t.test("that is too large or of another type is refused", async (st) => {
    const large = await post("/v1/movements", { reference: "x".repeat(1024 * 1024) });
    st.match(large.json(), { status: 413, code: "TooLarge" });
    const form = await post("/v1/movements", "reference=x", {
      "content-type": "application/x-www-form-urlencoded",
    });
    st.match(form.json(), { status: 415, code: "MediaTypeNotSupported" });
  });

  t.test("leaves no query and no body in the log", async (st) => {
    await get("/households?number=539999199001010000");
    await get("/v1/households/539999199001010000?knownAt=secret-value");
    const text = logged.join("");
    st.match(text, "/v1/households/:household");
    st.notMatch(text, /539999199001010000|secret-value/);
  });
});

test("before the ledger is opened", async (t) => {
  let ready = false;
  const { get, post, ledger } = await testService(t, { opened: false, ready: () => ready });
  t.match((await get("/health")).json(), { status: 503, code: "NotReady" });
  t.equal((await post("/v1/organisations", { organisation: "O" })).statusCode, 503);
  t.equal((await get("/v1/households")).statusCode, 503);
  t.equal((await ledger.log.head()).position, 0n);
  t.match((await get("/")).payload, "尚未开账");
  await ledger.open({ demo: true });
  const loading = await get("/health");
  t.equal(loading.statusCode, 503);
  t.equal(loading.headers["retry-after"], "1");
  ready = true;
  t.strictSame((await get("/health")).json(), { status: "ok", demo: true });
  const recorded = await post("/v1/organisations", { organisation: "O" });
  t.match(recorded.json(), { demo: true }, "a demo ledger says so on every answer");
  t.equal((await get("/nowhere")).headers["x-demo"], "true");
  await ledger.close();
  const lost = await get("/health");
  t.equal(lost.statusCode, 503);
  t.match(lost.json(), { code: "NotReady", detail: "the database cannot be reached" });
});

const routesOfReports = reports
  .map(({ name, of }) => `get /v1/report/${name}${of === undefined ? "" : "/{id}"}`)
  .sort();

test("the reference", async (t) => {
  const { get } = await testService(t);
  const document = (await get("/openapi.json")).json<OpenApi>();
  t.match(document.openapi, /^3\.1\./);
  const ids = new Set<string>();
  const described: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method} ${path}`;
      described.push(name);
      t.ok(operation.summary && operation.description && operation.tags?.length, name);
      t.notOk(ids.has(operation.operationId), `${name} has an id of its own`);
      ids.add(operation.operationId);
      const statuses = Object.keys(operation.responses);
      t.ok(statuses.includes("200"), `${name} says what it answers`);
      if (path.startsWith("/v1/") && path !== "/v1/position") {
        t.ok(statuses.includes("400"), `${name} says how it refuses`);
      }
    }
  }
  t.strictSame(described.sort(), [
    "get /health",
    "get /metrics",
    "get /openapi.json",
    "get /v1/batches/{batch}/instruction",
    "get /v1/contracts",
    "get /v1/contracts/{contract}",
    "get /v1/households",
    "get /v1/households/{household}",
    "get /v1/households/{household}/ownership",
    "get /v1/households/{household}/statement",
    "get /v1/households/{household}/trail",
    "get /v1/imports/rejected/{id}",
    "get /v1/organisations",
    "get /v1/organisations/{organisation}/statement",
    "get /v1/packs",
    "get /v1/packs/in-force",
    "get /v1/plans",
    "get /v1/plans/{plan}",
    "get /v1/plans/{plan}/list/full",
    "get /v1/plans/{plan}/list/public",
    "get /v1/plans/{plan}/notice",
    "get /v1/plans/{plan}/steps/next",
    "get /v1/position",
    "get /v1/profiles",
    "get /v1/reconcile",
    "get /v1/registers/{register}/ownership",
    ...routesOfReports,
    "get /v1/statements",
    "post /v1/activities",
    "post /v1/allocations",
    "post /v1/amendments",
    "post /v1/asset-steps",
    "post /v1/assets",
    "post /v1/bank/show",
    "post /v1/basis",
    "post /v1/bindings",
    "post /v1/case-steps",
    "post /v1/cases",
    "post /v1/claims",
    "post /v1/close",
    "post /v1/conditions",
    "post /v1/contracts",
    "post /v1/corrections",
    "post /v1/disbursements",
    "post /v1/duties",
    "post /v1/ends",
    "post /v1/entity-years",
    "post /v1/funds",
    "post /v1/guarantees",
    "post /v1/herd",
    "post /v1/imports/bank",
    "post /v1/imports/{kind}",
    "post /v1/income",
    "post /v1/instruct",
    "post /v1/instructions",
    "post /v1/liquidation",
    "post /v1/loan-steps",
    "post /v1/loans",
    "post /v1/models",
    "post /v1/months",
    "post /v1/movements",
    "post /v1/officers",
    "post /v1/organisations",
    "post /v1/packs",
    "post /v1/plans",
    "post /v1/policies",
    "post /v1/posts",
    "post /v1/project-steps",
    "post /v1/projects",
    "post /v1/refunds",
    "post /v1/reimbursements",
    "post /v1/risk-fund",
    "post /v1/roster",
    "post /v1/rounds",
    "post /v1/sanctions",
    "post /v1/settle",
    "post /v1/settlements",
    "post /v1/steps",
    "post /v1/subsidies",
  ]);
  const references = JSON.stringify(document).match(/"#\/[^"]+"/g) ?? [];
  for (const reference of new Set(references)) {
    const path = (JSON.parse(reference) as string).slice(2).split("/");
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
    t.ok(found, reference);
  }
  const docs = await get("/docs");
  t.equal(docs.statusCode, 200);
  t.notMatch(docs.payload, /https?:\/\/(?!www\.w3\.org)/, "loads nothing from elsewhere");
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<Record<string, unknown>>;
}

test("the numbers of the service", async (t) => {
  const { get, post, seed } = await testService(t);
  await seed();
  await post("/v1/movements", order);
  await post("/v1/movements", { ...order, reference: "M-2", price: "1" });
  const { payload, headers } = await get("/metrics");
  t.match(headers["content-type"], "text/plain");
  t.match(payload, /sunshine_http_commands_total\{kind="movements",status="recorded"\} 1/);
  t.match(payload, /sunshine_http_request_seconds_count\{method="POST",route="\/v1\/movements"/);
  t.match(payload, /^sunshine_projection_lag \d+$/m);
  t.match(payload, /^sunshine_log_position [1-9]\d*$/m);
  t.match(payload, /sunshine_database_connections\{state="open"\} \d+/);
  const position = (await get("/v1/position")).json<{ head: string; projected: string }>();
  t.ok(BigInt(position.projected) <= BigInt(position.head));
});

test("a service that listens", async (t) => {
  const ledger = await testLedgerAt(t);
  await ledger.open({ demo: false });
  const options = { host: "127.0.0.1", port: 0, logLevel: "silent" };
  const first = await serve(ledger, options);
  const port = Number(new URL(first.url).port);
  t.equal((await fetch(`${first.url}/health`)).status, 200);
  const error: unknown = await serve(ledger, { ...options, port }).catch((e: unknown) => e);
  t.ok(error instanceof ListenError);
  t.match(error, { code: "PortInUse", message: `127.0.0.1:${String(port)} is in use` });

  let slow = fetch(`${first.url}/v1/households?atLeast=999999`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const began = Date.now();
  const closing = first.close();
  t.equal((await slow).status, 503, "ends what is under way");
  await closing;
  t.ok(Date.now() - began < 11_000);
  slow = fetch(`${first.url}/health`);
  await t.rejects(slow, "and takes no more");
});
