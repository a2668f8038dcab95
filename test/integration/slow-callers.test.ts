import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fastify } from "fastify";
import type { Test } from "tap";
import { test } from "tap";
import type { Limits } from "../../src/http/limits.ts";
import { defaultLimits } from "../../src/http/limits.ts";
import type { Served } from "../../src/http/server.ts";
import { serve } from "../../src/http/server.ts";
import { limitAnswers } from "../../src/http/slow-callers.ts";
import { testLedgerAt } from "../support/service.ts";

const csv = { "content-type": "text/csv" };

async function served(t: Test, limits: Partial<Limits>): Promise<Served> {
  const ledger = await testLedgerAt(t);
  await ledger.open({ demo: false });
  const at = { host: "127.0.0.1", port: 0, logLevel: "silent" };
  const service = await serve(ledger, { ...at, limits });
  t.teardown(() => service.close());
  return service;
}

/** A connection that sends a head and then whatever it is told; `said` is what came back. */
async function caller(t: Test, url: string, head: readonly string[]) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let said = "";
  socket.on("data", (bytes: Buffer) => (said += bytes.toString()));
  socket.on("error", () => undefined);
  t.teardown(() => socket.destroy());
  await once(socket, "connect");
  socket.write(`${head.join("\r\n")}\r\nHost: ${hostname}\r\n\r\n`);
  return { socket, said: () => said };
}

/** An upload that brings a byte now and then and never ends. */
async function trickle(t: Test, url: string, path = "/v1/imports/organisations") {
  const type = path.startsWith("/v1/imports") ? "text/csv" : "application/json";
  const head = [`POST ${path} HTTP/1.1`, `Content-Type: ${type}`, "Content-Length: 100000"];
  const { socket, said } = await caller(t, url, head);
  const timer = setInterval(() => socket.write("a"), 100);
  socket.once("close", () => {
    clearInterval(timer);
  });
  return { ended: once(socket, "close"), said };
}

const upload = (url: string, id: string) =>
  fetch(`${url}/v1/imports/organisations`, {
    method: "POST",
    headers: csv,
    body: `主体编号\n${id}\n`,
  });

test("a body that trickles in", async (t) => {
  const { url } = await served(t, { bodyWindowMs: 1_500, bodyMaxMs: 1_500 });
  for (const path of ["/v1/imports/organisations", "/v1/organisations"]) {
    const { ended, said } = await trickle(t, url, path);
    await ended;
    t.match(said(), /^HTTP\/1\.1 408 /, path);
    t.match(said(), /"code":"TooSlow"/);
  }
});

test("uploads that trickle in", async (t) => {
  await t.test("keep nobody from importing", async (t) => {
    const { url } = await served(t, { importsMax: 1 });
    for (let i = 0; i < 4; i++) await trickle(t, url);
    await sleep(300);
    t.equal((await upload(url, "ORG-1")).status, 200);
  });

  await t.test("give way where all places are taken", async (t) => {
    const { url } = await served(t, { uploadsMax: 2, crowdedAgeMs: 2_000 });
    const [one, other] = [await trickle(t, url), await trickle(t, url)];
    await sleep(300);
    const early = await upload(url, "ORG-1");
    t.equal(early.status, 503, "but not at once");
    t.equal(early.headers.get("retry-after"), "10");
    await sleep(4_000);
    t.equal((await upload(url, "ORG-1")).status, 200);
    await Promise.race([one.ended, other.ended]);
    t.match(one.said() + other.said(), /^HTTP\/1\.1 408 /);
  });
});

test("uploads that have arrived", async (t) => {
  await t.test("wait for those under way, and not for ever", async (t) => {
    const { url } = await served(t, { importsMax: 1, importWaitMs: 30_000 });
    const all = Array.from({ length: 8 }, (_, i) => upload(url, `ORG-${i}`));
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    t.strictSame(
      statuses,
      Array.from({ length: 8 }, () => 200),
    );
    const hasty = await served(t, { importsMax: 1, importWaitMs: 1 });
    const rows = Array.from({ length: 50_000 }, (_, i) => `ORG-X${i}`).join("\n");
    const long = upload(hasty.url, rows);
    await sleep(400);
    const { status, headers } = await upload(hasty.url, "ORG-Y");
    t.equal(status, 503);
    t.equal(headers.get("retry-after"), "10");
    t.equal((await long).status, 200);
  });

  await t.test("take no more room than there is", async (t) => {
    const { url } = await served(t, { uploadsBytesMax: 100_000 });
    const first = await trickle(t, url);
    await sleep(200);
    const { status } = await upload(url, `ORG-1\n${"x\n".repeat(50_000)}`);
    t.equal(status, 503);
    t.equal((await upload(url, "ORG-1")).status, 200, "and give it back");
    t.equal(first.said(), "");
  });
});

test("refused rows", async (t) => {
  const refused = async (url: string) => {
    const answer = await upload(url, "x".repeat(300));
    return (await answer.json()) as { rejected?: string; rejectedNotKept?: string };
  };
  for (const limits of [{ rejectedMax: 2 }, { rejectedBytesMax: 1_000 }]) {
    const { url } = await served(t, limits);
    const kept = [await refused(url), await refused(url)];
    const more = await refused(url);
    t.equal(more.rejected, undefined);
    t.match(more.rejectedNotKept, /take all the room/, "are not kept where there is no room");
    for (const { rejected } of kept) {
      t.equal((await fetch(`${url}${rejected ?? ""}`)).status, 200, "and push no others out");
    }
  }
});

/** A service whose answers are as long as asked for, and who asks it and reads nothing. */
async function longAnswers(t: Test, limits: Partial<Limits>) {
  const app = fastify();
  limitAnswers(app, { ...defaultLimits, ...limits });
  app.get("/text/:bytes", (request, reply) => {
    const { bytes } = request.params as { bytes: string };
    return reply.send("x".repeat(Number(bytes)));
  });
  app.get("/stream", (_request, reply) => {
    const piece = Buffer.alloc(65_536, "x");
    return reply.send(
      new Readable({
        read() {
          this.push(piece);
        },
      }),
    );
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  t.teardown(() => app.close());
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const deaf = async (path: string) => {
    const accepted = once(app.server, "connection");
    const { socket } = await caller(t, url, [`GET ${path} HTTP/1.1`]);
    socket.pause();
    const [served] = (await accepted) as [Socket];
    const cut = once(served, "close", { signal: AbortSignal.timeout(20_000) }).then(
      () => true,
      () => false,
    );
    return { cut };
  };
  return { url, deaf };
}

test("a long answer", async (t) => {
  await t.test("comes whole", async (t) => {
    const { url } = await longAnswers(t, {});
    const answer = await fetch(`${url}/text/3000000`);
    t.equal(answer.headers.get("content-length"), "3000000");
    t.equal((await answer.text()).length, 3_000_000);
  });

  await t.test("that is not read is cut", async (t) => {
    const { deaf } = await longAnswers(t, { answerWindowMs: 1_000 });
    for (const path of ["/text/60000000", "/stream"]) {
      const { cut } = await deaf(path);
      t.ok(await cut, path);
    }
  });

  await t.test("that is read slowly is not", async (t) => {
    const { url } = await longAnswers(t, { answerWindowMs: 1_000 });
    const { socket } = await caller(t, url, ["GET /text/20000000 HTTP/1.1", "Connection: close"]);
    socket.removeAllListeners("data");
    let bytes = 0;
    for await (const piece of socket) {
      bytes += (piece as Buffer).length;
      await sleep(10);
    }
    t.ok(bytes > 20_000_000, `${bytes} bytes`);
  });

  await t.test("beside too many others is refused, or takes a deaf one's place", async (t) => {
    const limits = { answersBytesMax: 70_000_000, crowdedAgeMs: 2_000 };
    const { url, deaf } = await longAnswers(t, limits);
    const { cut } = await deaf("/text/60000000");
    await sleep(300);
    const refused = await fetch(`${url}/text/20000000`);
    t.equal(refused.status, 503);
    t.equal(refused.headers.get("retry-after"), "5");
    t.match(await refused.json(), { code: "Overloaded" });
    await sleep(4_000);
    t.equal((await (await fetch(`${url}/text/20000000`)).text()).length, 20_000_000);
    t.ok(await cut, "the deaf one is cut");
  });
});

test("long bodies that are held at once", async (t) => {
  const { url } = await served(t, { bodiesBytesMax: 250_000 });
  const half = async () => {
    const head = ["POST /v1/organisations HTTP/1.1", "Content-Type: application/json"];
    const { socket } = await caller(t, url, [...head, "Content-Length: 1000000"]);
    socket.write(" ".repeat(110_000));
    return socket;
  };
  const held = [await half(), await half()];
  await sleep(300);
  const name = "长".repeat(20_000);
  const post = (organisation: string, text: string) =>
    fetch(`${url}/v1/organisations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ organisation, name: text }),
    });
  const refused = await post("ORG-1", name);
  t.equal(refused.status, 503);
  t.match(await refused.json(), { code: "Overloaded", detail: /long requests/ });
  t.match(refused.headers.get("retry-after"), /^\d+$/);
  t.equal((await post("ORG-2", "甲")).status, 201, "short ones are never refused for that");
  t.equal((await fetch(`${url}/health`)).status, 200, "and so are questions");
  for (const socket of held) socket.destroy();
  await sleep(300);
  t.equal((await post("ORG-1", name)).status, 201, "who has gone gives the room back");
});
