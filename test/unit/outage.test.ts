// What counts as a lost connection counts everywhere: in appends, over HTTP and for verbs.
import { test } from "tap";
import { failureOf } from "../../src/cli/failure.ts";
import { isConnectionLoss } from "../../src/database/outage.ts";
import { NoRoom } from "../../src/exchange/no-room.ts";
import { outageOf } from "../../src/http/outage.ts";
import { AppendAmbiguous, ClockAhead, NotTheWriter, Overloaded } from "../../src/ledger.ts";

function coded(code: string, syscall?: string): Error {
  return Object.assign(new Error("says a value of a row"), { code, syscall });
}

const lost = [
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN"],
  ...["57P01", "57P02", "57P03", "08006", "08P01", "53300"],
].map((code) => coded(code));
lost.push(coded("ENOENT", "connect"));
for (const words of [
  "Connection terminated unexpectedly",
  "Connection terminated due to connection timeout",
  "timeout exceeded when trying to connect",
]) {
  lost.push(new Error(words));
}

const others = [
  ...["23505", "40001", "57014", "53100", "22P02", "EACCES", "ERR_ASSERTION"].map((c) => coded(c)),
  coded("ENOENT", "open"),
  new Error("the row says Connection terminated"),
  "ECONNRESET",
  undefined,
];

void test("a lost connection is one to all", (t) => {
  for (const error of lost) {
    const name = (error as NodeJS.ErrnoException).code ?? error.message;
    t.ok(isConnectionLoss(error), name);
    const full = name === "53300";
    t.match(outageOf(error), [full ? "NoRoom" : "Unavailable", /./, { retryAfter: 5 }], name);
    const code = full ? /^TooManyConnections$/ : /^Database(Stopped|Unreachable)$/;
    t.match(failureOf(error).code, code, name);
  }
  for (const error of others) {
    t.notOk(isConnectionLoss(error), String(error));
    t.notMatch(failureOf(error).code, /^Database(Stopped|Unreachable)$/, String(error));
  }
  t.end();
});

void test("what has run out is named, over HTTP as for verbs", (t) => {
  const cases = [
    ["53100", "DiskFull"],
    ["ENOSPC", "DiskFull"],
    ["EDQUOT", "DiskFull"],
    ["53200", "OutOfMemory"],
    ["53300", "TooManyConnections"],
    ["53000", "TooManyOpenFiles"],
    ["EMFILE", "TooManyOpenFiles"],
    ["ENFILE", "TooManyOpenFiles"],
  ] as const;
  for (const [code, shortage] of cases) {
    t.match(outageOf(coded(code)), ["NoRoom", /./, { code: shortage }], code);
    t.match(failureOf(coded(code)), { code: shortage, status: 70 }, code);
  }
  t.match(outageOf(new NoRoom("TemporaryFolderFull")), [
    "NoRoom",
    "TMPDIR",
    { code: "TemporaryFolderFull" },
  ]);
  t.match(failureOf(new NoRoom("TemporaryFolderFull")), {
    code: "TemporaryFolderFull",
    status: 70,
  });
  t.end();
});

void test("other outages have their own words", (t) => {
  t.match(outageOf(new AppendAmbiguous("")), ["AppendAmbiguous"]);
  t.match(outageOf(new NotTheWriter("")), ["Unavailable"]);
  t.match(outageOf(new Overloaded("")), ["Overloaded"]);
  t.match(outageOf(new ClockAhead("fast")), ["ClockAhead", "fast"]);
  for (const code of ["55P03", "57014"]) {
    t.match(outageOf(coded(code)), ["Unavailable", "held up"], code);
    t.match(failureOf(coded(code)), { code: "DatabaseHeldUp", status: 70 }, code);
  }
  t.equal(outageOf(coded("23505")), undefined);
  t.equal(outageOf(coded("ENOENT", "open")), undefined);
  t.match(failureOf(new Overloaded("much")), { code: "Overloaded", message: "much", status: 70 });
  t.end();
});
