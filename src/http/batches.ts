import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { formatNamed, listProfiles } from "../bank/bank-file.ts";
import type { InstructionFormat } from "../bank/instruction-file.ts";
import { isWritable } from "../bank/payment.ts";
import { writeBatch } from "../payments/instruct.ts";
import { batchAt } from "../queries/batches.ts";
import { asOfSchemas, idText } from "../queries/parameters.ts";
import type { AsOf } from "./as-of.ts";
import { asOf } from "./as-of.ts";
import type { FileForm } from "./answer-files.ts";
import { csvForm, sendFile, workbookForm } from "./answer-files.ts";
import { problems } from "./problem.ts";
import type { Service } from "./service.ts";

/** The formats of instructions by name. */
export const profileNames = listProfiles().map(({ profile }) => profile);

/** The name of the account that pays, as an instruction has it. */
export const payerText = z
  .string()
  .min(1)
  .max(200)
  .refine(isWritable)
  .optional()
  .describe("the name of the account that pays; its number where absent");

/** Long enough for a hundred thousand payments. */
const instructionMaxMs = 120_000;

const pain: FileForm = { type: "application/xml", ending: "xml" };
const plain: FileForm = { type: "text/plain", ending: "txt" };

function formOf(format: InstructionFormat): FileForm {
  if (typeof format === "string") return pain;
  const { instruction } = format;
  if (instruction.format === "sheet") return workbookForm;
  const charset = instruction.encoding.replace(/-bom$/, "");
  return { ...plain, type: `${plain.type}; charset=${charset}` };
}

/** Where the instruction of a batch is read. */
export function instructionPath(batch: string, payer: string | undefined): string {
  const named = payer === undefined ? "" : `?payer=${encodeURIComponent(payer)}`;
  return `/v1/batches/${encodeURIComponent(batch)}/instruction${named}`;
}

/** GET /v1/batches/{batch}/instruction */
export function batchRoutes(app: FastifyInstance, service: Service): void {
  const { ledger } = service;
  app.get("/v1/batches/:batch/instruction", {
    schema: {
      tags: ["payments"],
      operationId: "instruction",
      summary: "The file that tells the bank to pay a batch",
      description:
        "In the format that the batch was made in; the same however often it is asked for. It " +
        "holds names and accounts.",
      "x-right": "pay",
      params: z.object({ batch: idText.describe("批次号") }),
      querystring: z.strictObject({ payer: payerText, ...asOfSchemas }),
      response: {
        200: {
          description: "A message of ISO 20022, or what the bank's own profile describes",
          content: Object.fromEntries(
            [pain, plain, csvForm, workbookForm].map(({ type }) => [type, { schema: z.string() }]),
          ),
        },
        ...problems(400, 404, 503),
      },
    },
    handlerTimeout: instructionMaxMs,
    handler: async (request, reply) => {
      const { batch: id } = request.params as { batch: string };
      const { payer, ...at } = request.query as AsOf & { payer?: string };
      const { position } = await asOf(service, at);
      const batch = await batchAt(ledger.reads.pool, id, position);
      const format = formatNamed(batch.profile);
      if (format === undefined) throw new Error("recorded: the name of a format");
      return sendFile(service, reply, { ...formOf(format), name: batch.batch }, (path) =>
        writeBatch(ledger, batch, format, payer ?? batch.account, path),
      );
    },
  });
}
