import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { KindName } from "../domain/kinds.ts";
import { fileKinds, kindOf } from "../domain/kinds.ts";
import type { ImportResult, NamedRow } from "../app/import.ts";
import { importFile, nothingDone, refusedCount } from "../app/import.ts";
import type { RejectedFile } from "../exchange/rejected-rows.ts";
import { NoRoom } from "../exchange/no-room.ts";
import { headOrKnown } from "../log/event-log.ts";
import { TableError } from "../exchange/table-reader.ts";
import { demoMark as mark } from "../queries/answer.ts";
import { bankFileRoutes } from "./bank-files.ts";
import { unlessLate } from "./deadlines.ts";
import { Ended, reasonOf } from "./error-handler.ts";
import type { Answer, Idempotency } from "./idempotency.ts";
import type { NamedUpload } from "./import-form.ts";
import { formFilesMax, receiveForm } from "./import-form.ts";
import { HttpProblem, problems } from "./problem.ts";
import { actorOf, commandHeaders, idempotencyKeyOf } from "./request-headers.ts";
import type { Service } from "./service.ts";
import { demoMark } from "./service.ts";
import type { Run, Watch } from "./upload-route.ts";
import { lines, uploadRoute } from "./upload-route.ts";
import type { Uploads } from "./uploads.ts";

/** The most rows that a list of an answer has. All refused ones are in the file of refused rows. */
const listedMax = 1_000;
const fileTypes = [
  "text/csv",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  // What some browsers call a CSV file.
  "application/vnd.ms-excel",
  "application/octet-stream",
];

const namedRow = z
  .looseObject({
    file: z.string(),
    row: z.int().describe("as a spreadsheet counts: the header is row 1"),
    code: z.string(),
    message: z.string(),
  })
  .describe("with the file's own key too: 业务编号, 人编号, 主体编号, 合同编号 or 变更编号");

const result = z
  .object({
    rows: z.int(),
    recorded: z.int(),
    alreadyRecorded: z.int(),
    refused: z.array(namedRow),
    refusedTotal: z.int().describe(`how many were refused; the list holds the first ${listedMax}`),
    remarks: z
      .array(namedRow)
      .optional()
      .describe(`what is to be said of rows that were recorded, where any; the first ${listedMax}`),
    remarksTotal: z.int().optional().describe("how many there are"),
    position: z.string().describe("the head when it ended"),
    sheets: z
      .array(z.object({ file: z.string(), read: z.string(), notRead: z.array(z.string()) }))
      .optional()
      .describe("of a workbook, the sheet that was read and those that were not"),
    rejected: z
      .string()
      .optional()
      .describe("where the refused rows lie as a file for an hour, to be corrected and sent"),
    rejectedNotKept: z
      .string()
      .optional()
      .describe("why there is no such file: too many of others are kept"),
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
        refusedTotal: 1,
        position: "1042",
        rejected: "/v1/imports/rejected/7b0c2a8e-0000-4000-8000-000000000000",
      },
    ],
  });

const results = z
  .object({
    answers: z.array(z.looseObject({ file: z.string() })).describe("an answer or `error` a file"),
    demo: mark,
  })
  .meta({ id: "Imports" });

/** POST /v1/imports/{kind} and the rejected rows of an import. */
export async function importRoutes(
  app: FastifyInstance,
  service: Service,
  idempotency: Idempotency,
): Promise<void> {
  const { uploadBytesMax } = service.limits;
  app.removeAllContentTypeParsers();
  await app.register(multipart, {
    limits: { files: formFilesMax, fields: 10, fileSize: uploadBytesMax },
  });
  app.addContentTypeParser(fileTypes, (_request, payload, done) => {
    done(null, payload);
  });
  // An import that the end of the service ends is answered with what it did until then.
  const closing = new AbortController();
  app.addHook("preClose", (done) => {
    const message = "the service is closing; send it again: nothing is recorded twice";
    closing.abort(new HttpProblem("NotReady", message, { retryAfter: 5 }));
    done();
  });
  uploadRoute(app, service, closing.signal, {
    path: "/v1/imports/:kind",
    schema: importSchema,
    bytesMax: uploadBytesMax,
    runOf: (request, leave) => {
      const { kind } = request.params as { kind: KindName };
      return importer(service, idempotency, request, { kind, leave });
    },
  });
  await app.register((scope, _options, done) => {
    bankFileRoutes(scope, service, idempotency, closing.signal);
    done();
  });
  rejectedRoute(app, service.uploads);
}

const importSchema = {
  tags: ["imports"],
  operationId: "import",
  summary: "Record the rows of a CSV or XLSX file",
  description:
    "The file as multipart/form-data or as the body itself, up to 512 MiB; the answer is that " +
    "of `sunshine import --json`. Of a workbook the first visible sheet is read, or the one that " +
    "the parameter or the form's field `sheet` names. Rows are judged one by one; a refused row " +
    "stops nothing. What ends the reading of a file is a problem that says in the same members " +
    `what was done until then. A form of several files, at most ${formFilesMax}, has an answer ` +
    "or a problem for each under `answers`. Sent again, nothing is recorded twice. With " +
    `\`Accept: ${lines}\` progress comes as \`{"progress": {"rows", "bytes", "total"}}\` a ` +
    'line, the answer or `{"error"}` as the last. ' +
    "Under an Idempotency-Key an answer without refused rows is remembered.",
  consumes: ["multipart/form-data", ...fileTypes],
  params: z.object({ kind: z.enum(fileKinds) }),
  querystring: z.strictObject({
    sheet: z.string().max(200).optional().describe("which sheet of a workbook to read"),
  }),
  headers: commandHeaders,
  body: z.any().describe("the file; in a form, its files and the field `sheet`"),
  response: {
    200: {
      description: "What became of the rows",
      content: {
        "application/json": { schema: z.union([result, results]) },
        [lines]: { schema: z.string().describe("a JSON document a line") },
      },
    },
    ...problems(400, 403, 408, 409, 413, 415, 422, 503),
  },
};

/** What an import is asked for, whatever its file. */
interface Asked {
  readonly kind: KindName;
  readonly actor: string;
  readonly sheet: string | undefined;
}

/** Where an upload stands in the line of those that are imported. */
interface InLine {
  readonly kind: KindName;
  readonly leave: () => void;
}

function importer(
  service: Service,
  { answerOnce }: Idempotency,
  request: FastifyRequest,
  { kind, leave }: InLine,
): Run {
  const actor = actorOf(request);
  const key = idempotencyKeyOf(request);
  const { desk, uploads, limits } = service;
  const form = { unnamed: `${kind}.csv`, choice: "sheet", bytesMax: limits.uploadBytesMax };
  return (watch) =>
    receiveForm(request, form, uploads, async ({ files, choice: sheet }) => {
      const asked = { kind, actor, sheet };
      const produce = () => desk.import(leave, () => importAll(service, files, asked, watch));
      if (key === undefined) return { body: (await produce()).body, replayed: false };
      const hashes = files.map(({ hash }) => hash);
      const content = {
        sha256: hashes.length === 1 ? (hashes[0] ?? "") : hashes,
        ...(sheet === undefined ? {} : { sheet }),
      };
      const produced = await answerOnce(
        { route: `/v1/imports/${kind}`, actor, key, content },
        produce,
        ({ body, isFinal }): Answer | undefined =>
          isFinal ? { status: 200, body: { ...body } } : undefined,
      );
      if ("replayed" in produced) return { body: produced.replayed.body, replayed: true };
      return { body: produced.body, replayed: false };
    });
}

/** One file's answer, or one for each of several; final where nothing of it is to be corrected. */
async function importAll(
  service: Service,
  files: readonly NamedUpload[],
  asked: Asked,
  watch: Watch,
): Promise<{ readonly body: object; readonly isFinal: boolean }> {
  const [only, ...more] = files;
  if (only === undefined) throw new Error("a form has a file");
  if (more.length === 0) {
    const body = await importUpload(service, only, asked, watch);
    return { body, isFinal: body.refusedTotal === 0 };
  }
  const answers: object[] = [];
  let isFinal = true;
  for (const file of files) {
    const answer = await importUpload(service, file, asked, watch).catch((error: unknown) => {
      const { cause = error } = error as Partial<Ended>;
      if (cause instanceof TableError) return { error: watch.problemOf(error) };
      throw error;
    });
    isFinal &&= "refusedTotal" in answer && answer.refusedTotal === 0;
    answers.push({ file: file.name, ...answer });
  }
  return { body: { answers, ...demoMark(service.ledger) }, isFinal };
}

/** Imports a file; where it is not read to its end, a problem says what was done until then. */
async function importUpload(
  { ledger, metrics, uploads }: Service,
  { path, name }: NamedUpload,
  { kind, actor, sheet }: Asked,
  { signal, onProgress }: Watch,
) {
  const done = await importFile(ledger.handler, kind, path, {
    actor,
    name,
    sheet,
    rejectedBase: join(dirname(path), "rejected"),
    signal,
    listedMax,
    ...(onProgress === undefined ? {} : { onProgress }),
  }).catch((error: unknown) => {
    if (error instanceof TableError) return nothingDone(error);
    throw error;
  });
  count(metrics, kind, done);
  const { rows, recorded, alreadyRecorded, refused, rejected, remarks, sheets, stopped } = done;
  const { idColumn } = kindOf(kind);
  const named = ({ file, row, key, code, message }: NamedRow) => {
    return { file, row, [idColumn]: key, code, message };
  };
  // An outage that ended the import says what was recorded before it all the same, and in time.
  const head = await (stopped === undefined
    ? headOrKnown(ledger.log)
    : unlessLate(ledger.log.head()).catch(() => undefined));
  const kept =
    rejected === null || signal.aborted ? null : ((await uploads.keepRejected(rejected)) ?? "");
  const answer = {
    rows,
    recorded,
    alreadyRecorded,
    refused: refused.map(named),
    refusedTotal: refusedCount(done),
    ...(remarks.length > 0 && {
      remarks: remarks.map(named),
      remarksTotal: done.remarksTotal,
    }),
    ...(head && { position: head.position.toString() }),
    ...(sheets && { sheets: [{ file: name, ...sheets }] }),
    ...(kept === "" && { rejectedNotKept: notKept }),
    ...(kept !== null && kept !== "" && { rejected: `/v1/imports/rejected/${kept}` }),
    ...demoMark(ledger),
  };
  if (stopped === undefined && done.warning !== null)
    throw new Ended(new NoRoom("UploadFolderFull"), answer);
  if (stopped === undefined) return answer;
  const { error, row } = stopped;
  const members = { stopped: { file: name, row, ...reasonOf(error) }, notTried: [] };
  throw new Ended(error, { ...answer, ...members });
}

const notKept =
  "the refused rows of others take all the room there is: send the file again within the hour";

function count({ commands }: Service["metrics"], kind: KindName, done: ImportResult): void {
  commands.inc({ kind, status: "recorded" }, done.recorded);
  commands.inc({ kind, status: "alreadyRecorded" }, done.alreadyRecorded);
  for (const [code, refused] of done.refusals) commands.inc({ kind, status: code }, refused);
}

const rejectedTypes: Readonly<Record<RejectedFile["format"], string>> = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

function rejectedRoute(app: FastifyInstance, uploads: Uploads): void {
  app.get("/v1/imports/rejected/:id", {
    schema: {
      tags: ["imports"],
      operationId: "rejected-rows",
      summary: "The refused rows of an import as a file",
      description:
        "The rows as they were sent, CSV in their encoding or a workbook, with 行号, 拒绝代码 and " +
        "拒绝原因: to be corrected and imported as they are. Kept for an hour.",
      params: z.object({ id: z.uuid() }),
      response: {
        200: {
          description: "CSV, or a workbook where one was sent",
          content: Object.fromEntries(
            Object.values(rejectedTypes).map((type) => [type, { schema: z.string() }]),
          ),
        },
        ...problems(400, 404),
      },
    },
    handler: (request, reply) => {
      const { id } = request.params as { id: string };
      const rejected = uploads.rejected(id);
      if (rejected === undefined)
        throw new HttpProblem("NotFound", "these rows are kept no longer");
      const { path, format } = rejected;
      reply.header("content-disposition", `attachment; filename="rejected.${format}"`);
      return reply.type(rejectedTypes[format]).send(createReadStream(path));
    },
  });
}
