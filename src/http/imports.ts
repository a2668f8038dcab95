import { createReadStream } from "node:fs";
import { Socket } from "node:net";
import { basename } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { KindName } from "../domain/kinds.ts";
import { fileKinds, kindOf } from "../domain/kinds.ts";
import type { ImportResult } from "../app/import.ts";
import { importFile, refusedCount } from "../app/import.ts";
import { demoMark as mark } from "../queries/answer.ts";
import { errorDocument } from "./error-handler.ts";
import type { Answer, Idempotency } from "./idempotency.ts";
import { HttpProblem, problems } from "./problem.ts";
import { actorOf, commandHeaders, idempotencyKeyOf } from "./request-headers.ts";
import type { Service } from "./service.ts";
import { assertOpened, demoMark } from "./service.ts";
import type { Upload, Uploads } from "./uploads.ts";
import { openUploads } from "./uploads.ts";

/** Imports under way at once; they are recorded one after another anyway. */
const importsMax = 4;
/**
 * The most refused rows that an answer lists: as many as a sheet has rows. All are in the file of
 * refused rows.
 */
const refusedListedMax = 1_048_576;
/** After this time the Idempotency-Key of an import that was cut off is free again. */
const secondsMax = 3_600;
const progressEveryMs = 250;
const lines = "application/x-ndjson";
const fileTypes = [
  "text/csv",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  // What some browsers call a CSV file.
  "application/vnd.ms-excel",
  "application/octet-stream",
];

const result = z
  .object({
    rows: z.int(),
    recorded: z.int(),
    alreadyRecorded: z.int(),
    refused: z.array(
      z
        .looseObject({
          file: z.string(),
          row: z.int().describe("as a spreadsheet counts: the header is row 1"),
          code: z.string(),
          message: z.string(),
        })
        .describe("with the file's own key too: 业务编号, 人编号, 主体编号, 合同编号 or 变更编号"),
    ),
    refusedUnlisted: z
      .int()
      .optional()
      .describe(`how many more were refused, where there are over ${refusedListedMax}`),
    position: z.string().describe("the head when it ended"),
    rejected: z
      .string()
      .optional()
      .describe("where the refused rows lie as a CSV file for an hour, to be corrected and sent"),
    demo: mark,
  })
  .meta({
    id: "Import",
    examples: [
      {
        rows: 2,
        recorded: 1,
        alreadyRecorded: 0,
        refused: [
          {
            file: "movements.csv",
            row: 3,
            业务编号: "YW-0000002",
            code: "ContractUnknown",
            message: "合同编号 is not recorded",
          },
        ],
        position: "1042",
        rejected: "/v1/imports/rejected/7b0c2a8e-0000-4000-8000-000000000000",
      },
    ],
  });

/** A file on its way in. */
interface Incoming {
  readonly stream: Readable;
  readonly name: string;
}

/** Callbacks of an import and what may stop it. */
interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number, rows: number) => void;
}

/** POST /v1/imports/{kind} and the rejected rows of an import. */
export async function importRoutes(
  app: FastifyInstance,
  service: Service,
  idempotency: Idempotency,
): Promise<void> {
  const { uploadBytesMax } = service;
  const uploads = await openUploads(uploadBytesMax);
  app.addHook("onClose", () => uploads.close());
  app.removeAllContentTypeParsers();
  await app.register(multipart, { limits: { files: 1, fields: 10, fileSize: uploadBytesMax } });
  app.addContentTypeParser(fileTypes, (_request, payload, done) => {
    done(null, payload);
  });
  let running = 0;
  app.post("/v1/imports/:kind", {
    schema: importSchema,
    bodyLimit: uploadBytesMax,
    config: { upload: true },
    handler: async (request, reply) => {
      assertOpened(service.ledger);
      const { kind } = request.params as { kind: KindName };
      if (running >= importsMax) {
        const message = `${importsMax} imports are under way; try again when one has ended`;
        throw new HttpProblem("TooManyImports", message, { retryAfter: 10 });
      }
      running += 1;
      try {
        // A long import sends nothing for a while.
        if (request.socket instanceof Socket) request.socket.setTimeout(0);
        const run = importer(service, uploads, idempotency, request, kind);
        const signal = untilGone(reply);
        if (request.headers.accept?.includes(lines) === true) await sendLines(reply, run, signal);
        else await sendOnce(reply, await run({ signal }));
      } finally {
        running -= 1;
      }
      return reply;
    },
  });
  rejectedRoute(app, uploads);
}

const importSchema = {
  tags: ["imports"],
  operationId: "import",
  summary: "Record the rows of a CSV or XLSX file",
  description:
    "The file as multipart/form-data or as the body itself, up to 512 MiB; the answer is that of " +
    "`sunshine import --json`. Rows are judged one by one; a refused row stops nothing. Sent " +
    `again, nothing is recorded twice. With \`Accept: ${lines}\` progress comes as ` +
    '`{"progress": {"rows", "bytes", "total"}}` a line, the answer or `{"error"}` as the last. ' +
    "Under an Idempotency-Key an answer without refused rows is remembered.",
  consumes: ["multipart/form-data", ...fileTypes],
  params: z.object({ kind: z.enum(fileKinds) }),
  headers: commandHeaders,
  body: z.any().describe("the file; in a form, its one file"),
  response: {
    200: {
      description: "What became of the rows",
      content: {
        "application/json": { schema: result },
        [lines]: { schema: z.string().describe("a JSON document a line") },
      },
    },
    ...problems(400, 403, 409, 413, 415, 422, 503),
  },
};

type Run = (watch: Watch) => Promise<{ body: object; replayed: boolean }>;

function importer(
  service: Service,
  uploads: Uploads,
  { answerOnce }: Idempotency,
  request: FastifyRequest,
  kind: KindName,
): Run {
  const actor = actorOf(request);
  const key = idempotencyKeyOf(request);
  return async (watch) => {
    const { stream, name } = await incoming(request, kind);
    return uploads.receive(stream, async (upload) => {
      const produce = () => importUpload(service, uploads, upload, kind, name, actor, watch);
      if (key === undefined) return { body: await produce(), replayed: false };
      const produced = await answerOnce(
        { route: `/v1/imports/${kind}`, actor, key, content: { sha256: upload.hash }, secondsMax },
        produce,
        (body): Answer | undefined =>
          body.refused.length === 0 ? { status: 200, body: { ...body } } : undefined,
      );
      if ("replayed" in produced) return { body: produced.replayed.body, replayed: true };
      return { body: produced, replayed: false };
    });
  };
}

/** The one file of a request: the first of a form, or the body itself. */
async function incoming(request: FastifyRequest, kind: KindName): Promise<Incoming> {
  if (!request.isMultipart()) {
    const stream = request.body as Readable | undefined;
    if (stream === undefined) throw new HttpProblem("MalformedRequest", "there is no file");
    return { stream, name: `${kind}.csv` };
  }
  const part = await request.file().catch((error: unknown) => {
    const isKnown = String((error as { code?: unknown }).code).startsWith("FST_");
    throw isKnown ? error : new HttpProblem("MalformedRequest", "the form cannot be read");
  });
  if (part === undefined) throw new HttpProblem("MalformedRequest", "the form has no file");
  part.file.on("limit", () => {
    part.file.destroy(new HttpProblem("TooLarge", "the file is larger than this route takes"));
  });
  const name = basename(part.filename.replaceAll("\\", "/")).slice(0, 255);
  return { stream: part.file, name: name === "" ? `${kind}.csv` : name };
}

async function importUpload(
  { ledger, metrics }: Service,
  uploads: Uploads,
  upload: Upload,
  kind: KindName,
  name: string,
  actor: string,
  { signal, onProgress }: Watch,
) {
  const done = await importFile(ledger.handler, kind, upload.path, {
    actor,
    name,
    rejected: upload.rejectedPath,
    signal,
    refusedMax: refusedListedMax,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  count(metrics, kind, done);
  const { rows, recorded, alreadyRecorded, refused, warning } = done;
  const { idColumn } = kindOf(kind);
  const unlisted = refusedCount(done) - refused.length;
  const { position } = await ledger.log.head();
  return {
    rows,
    recorded,
    alreadyRecorded,
    refused: refused.map(({ file, row, key, code, message }) => ({
      file,
      row,
      [idColumn]: key,
      code,
      message,
    })),
    ...(unlisted === 0 ? {} : { refusedUnlisted: unlisted }),
    position: position.toString(),
    ...(refused.length === 0 || warning !== null
      ? {}
      : { rejected: `/v1/imports/rejected/${uploads.keepRejected(upload)}` }),
    ...demoMark(ledger),
  };
}

function count({ commands }: Service["metrics"], kind: KindName, done: ImportResult): void {
  commands.inc({ kind, status: "recorded" }, done.recorded);
  commands.inc({ kind, status: "alreadyRecorded" }, done.alreadyRecorded);
  for (const [code, refused] of done.refusals) commands.inc({ kind, status: code }, refused);
}

/** Aborts when nobody waits for the answer any more: what is recorded by then stays. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

async function sendOnce(
  reply: FastifyReply,
  { body, replayed }: { body: object; replayed: boolean },
): Promise<void> {
  if (replayed) reply.header("idempotency-replayed", "true");
  await reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
}

/** Progress a line, then the answer; what fails after the first line is the last. */
async function sendLines(reply: FastifyReply, run: Run, signal: AbortSignal): Promise<void> {
  const out = new PassThrough();
  const write = (document: object): void => {
    if (!out.destroyed) out.write(`${JSON.stringify(document)}\n`);
  };
  let next = 0;
  const running = run({
    signal,
    onProgress: (bytes, total, rows) => {
      if (Date.now() < next) return;
      next = Date.now() + progressEveryMs;
      write({ progress: { rows, bytes, total } });
    },
  });
  void reply.type(`${lines}; charset=utf-8`).send(out);
  try {
    write((await running).body);
  } catch (error) {
    if (!signal.aborted) write({ error: errorDocument(error, reply.request) });
  }
  out.end();
}

function rejectedRoute(app: FastifyInstance, uploads: Uploads): void {
  app.get("/v1/imports/rejected/:id", {
    schema: {
      tags: ["imports"],
      operationId: "rejected-rows",
      summary: "The refused rows of an import as a CSV file",
      description:
        "The rows as they were sent, in their encoding, with 行号, 拒绝代码 and 拒绝原因: to be corrected " +
        "and imported as they are. Kept for an hour.",
      params: z.object({ id: z.uuid() }),
      response: {
        200: { description: "CSV", content: { "text/csv": { schema: z.string() } } },
        ...problems(400, 404),
      },
    },
    handler: (request, reply) => {
      const { id } = request.params as { id: string };
      const path = uploads.rejected(id);
      if (path === undefined) throw new HttpProblem("NotFound", "these rows are kept no longer");
      reply.header("content-disposition", 'attachment; filename="rejected.csv"');
      return reply.type("text/csv").send(createReadStream(path));
    },
  });
}
