// Every byte of a request is accounted for: what would be passed by in silence is refused, and what
// Node's own parser refuses is answered as a problem, over real sockets.
import { once } from "node:events";
import { connect } from "node:net";
import type { Test } from "tap";
import { test } from "tap";
import { serve } from "../../src/http/server.ts";
import { person } from "../support/rows.ts";
import { testLedgerAt } from "../support/service.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: {
    readonly code?: string;
    readonly detail?: string;
    readonly field?: { readonly name: string };
    readonly recorded?: number;
  };
}

async function listening(t: Test): Promise<(request: string | Buffer) => Promise<Answer>> {
  const ledger = await testLedgerAt(t);
  await ledger.open({ demo: false });
  const served = await serve(ledger, { host: "127.0.0.1", port: 0, logLevel: "silent" });
  t.teardown(() => served.close());
  const { port } = new URL(served.url);
  return async (request) => {
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(request);
    let said = "";
    socket.setEncoding("utf8");
    for await (const chunk of socket) {
      said += String(chunk);
      if (isWhole(said)) break;
    }
    socket.destroy();
    const [head = "", body = ""] = final(said).split("\r\n\r\n");
    const type = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? "";
    const parsed = type.includes("json") ? (JSON.parse(body) as Answer["body"]) : {};
    return { status: Number(head.split(" ")[1]), type, body: parsed };
  };
}

/** What was said behind an interim answer. */
function final(said: string): string {
  return said.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
}

function isWhole(said: string): boolean {
  const [head = "", body] = final(said).split("\r\n\r\n");
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length);
}

const host = "Host: localhost";
const json = "Content-Type: application/json";

function request(line: string, headers: readonly string[], body: string | Buffer = ""): Buffer {
  const length = Buffer.byteLength(body);
  const all = length === 0 ? headers : [...headers, `Content-Length: ${length}`];
  return Buffer.concat([
    Buffer.from(`${line} HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n`),
    Buffer.from(body),
  ]);
}

function form(headers: readonly string[], ...parts: readonly string[]): Buffer {
  const body = parts.map((part) => `--b\r\n${part}\r\n`).join("");
  const type = "Content-Type: multipart/form-data; boundary=b";
  return request("POST /v1/imports/roster", [host, type, ...headers], `${body}--b--\r\n`);
}

const table = Object.entries(person(1));
const roster = `${table.map(([name]) => name).join(",")}\n${table.map(([, v]) => v).join(",")}\n`;
const disposition = 'Content-Disposition: form-data; name="file"; filename="名册.csv"';
const file = `${disposition}\r\n\r\n${roster}`;
const organisation = JSON.stringify({ organisation: "O1", name: "社" });

const cases: readonly (readonly [what: string, request: Buffer, status: number, code: string])[] = [
  ["no HTTP", Buffer.from("nonsense\r\n\r\n"), 400, "MalformedRequest"],
  ["an unknown method", request("FOO /health", [host]), 400, "MalformedRequest"],
  ["headers of 20 kB", request("GET /health", [host, `x: ${"x".repeat(20_000)}`]), 431, ""],
  ["no Host", request("GET /health", ["Accept: */*"]), 400, "MalformedRequest"],
  ["two Hosts", request("GET /health", [host, "Host: evil.example"]), 400, "MalformedRequest"],
  ["an expectation", request("GET /health", [host, "Expect: miracles"]), 417, "ExpectationNotMet"],
  ["a body of a GET", request("GET /health", [host], "{}"), 400, "MalformedRequest"],
  [
    "two actors",
    request("POST /v1/organisations", [host, json, "X-Actor: a", "X-Actor: b"], organisation),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "an actor with a character that nobody sees",
    request("POST /v1/organisations", [host, json, "X-Actor: utf-8''a%E2%80%8B"], organisation),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "two keys",
    request(
      "POST /v1/organisations",
      [host, json, "Idempotency-Key: a", "Idempotency-Key: b"],
      organisation,
    ),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "a packed body",
    request("POST /v1/organisations", [host, json, "Content-Encoding: gzip"], organisation),
    ...([415, "MediaTypeNotSupported"] as const),
  ],
  [
    "another charset",
    request("POST /v1/organisations", [host, `${json}; charset=gbk`], organisation),
    ...([415, "MediaTypeNotSupported"] as const),
  ],
  [
    "a CSV said to be UTF-16",
    request(
      "POST /v1/imports/roster",
      [host, "Content-Type: text/csv; charset=utf-16"],
      "人编号\n1\n",
    ),
    ...([415, "MediaTypeNotSupported"] as const),
  ],
  [
    "600 MB announced",
    request("POST /v1/imports/roster", [
      ...[host, "Content-Type: text/csv", "Content-Length: 629145600"],
    ]),
    ...([413, "TooLarge"] as const),
  ],
  [
    "2 MB announced to a command",
    request("POST /v1/organisations", [host, json, "Content-Length: 2097152"]),
    ...([413, "TooLarge"] as const),
  ],
  [
    "__proto__ in a body",
    request("POST /v1/organisations", [host, json], '{"organisation":"O1","__proto__":"x"}'),
    ...([400, "MalformedField"] as const),
  ],
  [
    "__proto__ among the notes, with a blank beside it",
    request(
      "POST /v1/organisations",
      [host, json],
      '{"organisation":"O1","extra":{"__proto__\u3000":"x"}}',
    ),
    ...([400, "MalformedField"] as const),
  ],
  [
    "a body deeper than any stack",
    request(
      "POST /v1/organisations",
      [host, json],
      `{"a":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
    ),
    ...([400, "MalformedField"] as const),
  ],
  [
    "a parameter that nobody reads",
    request("POST /v1/organisations?dry=1", [host, json], '{"organisation":"O1"}'),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "__proto__ among the notes, escaped",
    request(
      "POST /v1/organisations",
      [host, json],
      '{"organisation":"O1","extra":{"\\u005f_proto__":"x"}}',
    ),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "a name twice",
    request("POST /v1/organisations", [host, json], '{"organisation":"O1","organisation":"O2"}'),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "two notes that differ by blanks",
    request(
      "POST /v1/organisations",
      [host, json],
      '{"organisation":"O1","extra":{"a":"1"," a":"2"}}',
    ),
    ...([400, "MalformedField"] as const),
  ],
  [
    "a part in base64",
    form([], `${disposition}\r\nContent-Transfer-Encoding: base64\r\n\r\n5Lq6`),
    ...([415, "MediaTypeNotSupported"] as const),
  ],
  [
    "an unknown field of a form",
    form([], file, 'Content-Disposition: form-data; name="blatt"\r\n\r\n1'),
    ...([400, "MalformedRequest"] as const),
  ],
  [
    "two sheets",
    form(
      [],
      ...["1", "2"].map((n) => `Content-Disposition: form-data; name="sheet"\r\n\r\n${n}`),
      file,
    ),
    ...([400, "MalformedRequest"] as const),
  ],
  ...["1e2", "0x10", "+5", " 5", "5.0", "", "0", "1001", "５"].map(
    (size) =>
      [
        `a page of ${JSON.stringify(size)}`,
        request(`GET /v1/households?limit=${encodeURIComponent(size)}`, [host]),
        ...([400, "MalformedRequest"] as const),
      ] as const,
  ),
  [
    "an unknown parameter",
    request("GET /v1/households?limt=5", [host]),
    ...([400, "MalformedRequest"] as const),
  ],
];

test("what would be passed by in silence is refused", async (t) => {
  const send = await listening(t);
  for (const [what, bytes, status, code] of cases) {
    const answer = await send(bytes);
    t.equal(answer.status, status, what);
    t.match(answer.type, /^application\/problem\+json/, what);
    t.match(answer.body, { code: code === "" ? String : code, detail: String }, what);
  }
  const whole = await send(request("GET /v1/organisations?limit=7", [host]));
  t.match(whole, { status: 200, body: { items: [] } }, "nothing was recorded by any of them");
});

test("what is whole is taken", async (t) => {
  const send = await listening(t);
  const actor = "X-Actor: utf-8''%E7%8E%8B";
  const said = `${json}; charset=UTF-8`;
  t.match(await send(request("POST /v1/organisations", [host, said, actor], organisation)), {
    status: 201,
  });
  t.match(await send(form(["Expect: 100-continue"], file)), { body: { recorded: 1 } });
  const binary = `${disposition}\r\nContent-Transfer-Encoding: binary\r\n\r\n${roster}`;
  t.match(await send(form([], binary)), { status: 200, body: { alreadyRecorded: 1 } });
});
