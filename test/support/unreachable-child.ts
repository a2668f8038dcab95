// A connection to a cluster of which no node answers, used in every way at once.
import { setTimeout as sleep } from "node:timers/promises";
import { claimsOf } from "../../src/log/eventstoredb/claims.ts";
import { connect } from "../../src/log/eventstoredb/connection.ts";
import { appendEncoder } from "../../src/log/eventstoredb/encode.ts";
import { followAll } from "../../src/log/eventstoredb/follow.ts";

const connection = connect("esdb://127.0.0.1:1,127.0.0.1:9,127.0.0.1:19?tls=false");
const stop = new AbortController();
const claims = claimsOf(connection);
const encoder = appendEncoder(1, 1);
encoder.add("WagePaid", (out) => {
  out.utf8("{}");
});
const encoded = encoder.append([0], "stream", -1);
const all = async (): Promise<string[]> => {
  const asked = [
    connection.scan(0n, 10),
    connection.scanBack(10),
    connection.readStream("stream", 0, 10),
    connection.lastOf("stream"),
    connection.batches.append(encoded),
    claims.refresh(),
  ];
  const answers = await Promise.allSettled<unknown>(asked);
  return answers.map((one) =>
    one.status === "rejected" ? (one.reason as Error).constructor.name : "answered",
  );
};
const following = (async () => {
  for await (const batch of followAll(connection, claims, 0n, stop.signal)) {
    process.stdout.write(`${batch.length} events
`);
  }
})();
for (let round = 0; round < 3; round++) {
  process.stdout.write(`${(await all()).join(" ")}\n`);
  await sleep(500);
}
stop.abort();
await following;
await connection.close();
