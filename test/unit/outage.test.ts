// What counts as a lost connection counts everywhere: in appends, over HTTP and for verbs.
import { test } from "tap";
import { failureOf } from "../../src/cli/failure.ts";
import { isConnectionLoss } from "../../src/database/outage.ts";
import { outageOf } from "../../src/http/outage.ts";
import { AppendAmbiguous, NotTheWriter, Overloaded } from "../../src/ledger.ts";

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
    t.equal(outageOf(error), "unavailable", name);
    t.match(failureOf(error).code, /^Database(Stopped|Unreachable)$/, name);
  }
  for (const error of others) {
    t.notOk(isConnectionLoss(error), String(error));
    t.notMatch(failureOf(error).code, /^Database(Stopped|Unreachable)$/, String(error));
  }
  t.end();
});

void test("other outages have their own words", (t) => {
  t.equal(outageOf(new AppendAmbiguous("")), "ambiguous");
  t.equal(outageOf(new NotTheWriter("")), "unavailable");
  t.equal(outageOf(new Overloaded("")), "overloaded");
  t.equal(outageOf(coded("23505")), undefined);
  t.match(failureOf(new Overloaded("much")), { code: "Overloaded", message: "much", status: 70 });
  t.end();
});
