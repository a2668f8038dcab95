import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { collectDocument } from "../bank/bank-document.ts";
import { formatNamed, readBankFile } from "../bank/bank-file.ts";
import { NotABankFile } from "../bank/not-a-bank-file.ts";
import type { Profile } from "../bank/profile.ts";
import { kindOf } from "../domain/kinds.ts";
import { headOrKnown } from "../log/event-log.ts";
import { importBankFile, noBankImport } from "../payments/bank-import.ts";
import { amount, demoMark as demo } from "../queries/answer.ts";
import { profileNames } from "./batches.ts";
import { Ended, reasonOf } from "./error-handler.ts";
import type { Answer, Idempotency } from "./idempotency.ts";
import type { NamedUpload } from "./import-form.ts";
import { formFilesMax, receiveForm } from "./import-form.ts";
import { HttpProblem, problems } from "./problem.ts";
import { actorOf, commandHeaders, idempotencyKeyOf } from "./request-headers.ts";
import type { Service } from "./service.ts";
import { demoMark } from "./service.ts";
import type { Run } from "./upload-route.ts";
import { lines, uploadRoute } from "./upload-route.ts";

/** What banks call their files, beside what tables are called. */
const messageTypes = ["application/xml", "text/xml", "text/plain"];
const consumes = ["multipart/form-data", ...messageTypes, "text/csv", "application/octet-stream"];

const querystring = z.strictObject({
  profile: z
    .enum(profileNames)
    .optional()
    .describe("a bank's own format; otherwise a message of ISO 20022"),
});
const body = z.any().describe("the file; in a form, its files and the field `profile`");

const result = z
  .object({
    files: z.int(),
    entries: z.int(),
    credited: z.int(),
    confirmed: z.int().describe("every further telling of a credit or a return"),
    accepted: z.int().describe("payments whose state became that"),
    rejected: z.int(),
    returned: z.int(),
    unmatched: z
      .array(z.object({ file: z.string(), entry: z.string(), amount, reason: z.string() }))
      .describe("entries that fit no payment: see `settle`"),
    alreadyRecorded: z.int().describe("messages that were recorded before"),
    refused: z.array(z.object({ file: z.string(), code: z.string(), message: z.string() })),
    position: z.string().describe("the head when it ended"),
    demo,
  })
  .meta({ id: "BankImport" });

/** POST /v1/imports/bank and POST /v1/bank/show */
export function bankFileRoutes(
  app: FastifyInstance,
  service: Service,
  idempotency: Idempotency,
  closing: AbortSignal,
): void {
  const { bankBytesMax, shownBytesMax } = service.limits;
  app.addContentTypeParser(messageTypes, (_request, payload, done) => {
    done(null, payload);
  });
  const { right } = kindOf("bank");
  uploadRoute(app, service, closing, {
    path: "/v1/imports/bank",
    schema: {
      tags: ["payments"],
      operationId: "import-bank",
      summary: "Record what files of a bank say of payments",
      description:
        "camt.053, camt.054, pain.002, or an answer in a bank's own `profile`: as the body " +
        `itself or as multipart/form-data, up to ${formFilesMax} files and ` +
        `${bankBytesMax / 1024 ** 2} MiB together, in their order. The answer is that of ` +
        "`sunshine import bank --json` over all of them; a file that is refused stands under " +
        "`refused`, records nothing and stops none behind it. What ends the work is a problem " +
        "that says in the same members what was done until then. Sent again, nothing is recorded " +
        "twice. Under an Idempotency-Key an answer without refused files is remembered.",
      consumes,
      "x-right": right,
      querystring,
      headers: commandHeaders,
      body,
      response: {
        200: {
          description: "What became of the files",
          content: {
            "application/json": { schema: result },
            [lines]: { schema: z.string().describe("the answer or an `error`, on one line") },
          },
        },
        ...problems(400, 403, 408, 409, 413, 415, 422, 503),
      },
    },
    bytesMax: bankBytesMax,
    runOf: (request, leave) => bankImporter(service, idempotency, request, leave),
  });
  uploadRoute(app, service, closing, {
    path: "/v1/bank/show",
    schema: {
      tags: ["payments"],
      operationId: "bank-show",
      summary: "What a file of a bank says, recording nothing",
      description:
        "Its statements, entries and payments, and the checks that it can be held to: the answer " +
        `of \`sunshine bank show --json\`. One file of at most ${shownBytesMax / 1024 ** 2} MiB.`,
      consumes,
      "x-right": right,
      querystring,
      body,
      response: {
        200: {
          description: "What it says",
          content: { "application/json": { schema: z.looseObject({ kind: z.string() }) } },
        },
        ...problems(400, 403, 408, 413, 415, 422, 503),
      },
    },
    bytesMax: shownBytesMax,
    runOf: (request, leave) => shower(service, request, leave),
  });
}

const unnamed = "bank.xml";

function bankImporter(
  service: Service,
  { answerOnce }: Idempotency,
  request: FastifyRequest,
  leave: () => void,
): Run {
  const actor = actorOf(request);
  const key = idempotencyKeyOf(request);
  const { desk, uploads, limits } = service;
  const form = { unnamed, choice: "profile", bytesMax: limits.bankBytesMax };
  return ({ signal }) =>
    receiveForm(request, form, uploads, async ({ files, choice }) => {
      const profile = profileNamed(choice);
      const produce = () =>
        desk.importWhole(leave, () => importAll(service, files, { actor, profile }, signal));
      if (key === undefined) return { body: await produce(), replayed: false };
      const content = {
        sha256: files.map(({ hash }) => hash),
        ...(choice === undefined ? {} : { profile: choice }),
      };
      const produced = await answerOnce(
        { route: "/v1/imports/bank", actor, key, content },
        produce,
        ({ refused, ...rest }): Answer | undefined =>
          refused.length === 0 ? { status: 200, body: { ...rest, refused } } : undefined,
      );
      if ("replayed" in produced) return { body: produced.replayed.body, replayed: true };
      return { body: produced, replayed: false };
    });
}

async function importAll(
  { ledger, metrics }: Service,
  files: readonly NamedUpload[],
  { actor, profile }: { readonly actor: string; readonly profile: Profile | undefined },
  signal: AbortSignal,
) {
  const done = noBankImport();
  for (const [at, { path, name }] of files.entries()) {
    try {
      signal.throwIfAborted();
      await importBankFile(ledger, path, { name, actor, profile }, done);
    } catch (error) {
      const notTried = files.slice(at + 1).map((file) => file.name);
      throw new Ended(error, { ...done, stopped: { file: name, ...reasonOf(error) }, notTried });
    }
  }
  const recorded = files.length - done.alreadyRecorded - done.refused.length;
  metrics.commands.inc({ kind: "bank", status: "recorded" }, recorded);
  metrics.commands.inc({ kind: "bank", status: "alreadyRecorded" }, done.alreadyRecorded);
  for (const { code } of done.refused) metrics.commands.inc({ kind: "bank", status: code });
  const { position } = await headOrKnown(ledger.log);
  return { ...done, position: position.toString(), ...demoMark(ledger) };
}

function shower(
  { ledger, desk, uploads, limits }: Service,
  request: FastifyRequest,
  leave: () => void,
): Run {
  const form = { unnamed, choice: "profile", bytesMax: limits.shownBytesMax };
  return () =>
    receiveForm(request, form, uploads, async ({ files: [file, ...more], choice }) => {
      if (file === undefined) throw new Error("a form has a file");
      if (more.length > 0) throw new HttpProblem("MalformedRequest", "one file is shown at a time");
      const document = await desk.importWhole(leave, () => shown(file.path, profileNamed(choice)));
      return { body: { ...document, ...demoMark(ledger) }, replayed: false };
    });
}

async function shown(path: string, profile: Profile | undefined): Promise<object> {
  try {
    return await collectDocument(readBankFile(path, profile));
  } catch (error) {
    if (!(error instanceof NotABankFile)) throw error;
    throw new HttpProblem("FileMalformed", error.message, { code: error.code });
  }
}

/** The profile of a bank by its name; undefined for messages of ISO 20022. */
function profileNamed(name: string | undefined): Profile | undefined {
  if (name === undefined) return undefined;
  const format = formatNamed(name);
  if (format === undefined) {
    const detail = `profile is none of ${profileNames.join(" ")}`;
    throw new HttpProblem("MalformedRequest", detail, { field: { name: "profile" } });
  }
  return typeof format === "string" ? undefined : format;
}
