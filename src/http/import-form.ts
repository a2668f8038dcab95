import { basename } from "node:path";
import type { Readable } from "node:stream";
import type { MultipartValue } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { KindName } from "../domain/kinds.ts";
import { HttpProblem } from "./problem.ts";
import type { Upload, Uploads } from "./uploads.ts";

/** The most files in one form. */
export const formFilesMax = 10;

/** A file that has arrived, under the name its sender gives it. */
export interface NamedUpload extends Upload {
  readonly name: string;
}

/** What a request brings to be imported. */
export interface ImportForm {
  readonly files: readonly NamedUpload[];
  /** The sheet to read of a workbook. */
  readonly sheet: string | undefined;
}

/**
 * Takes in all that a request brings, the files of a form or the body itself, and works on it; what
 * arrived is removed whatever happens.
 */
export async function receiveForm<T>(
  request: FastifyRequest,
  kind: KindName,
  uploads: Uploads,
  bytesMax: number,
  work: (form: ImportForm) => Promise<T>,
): Promise<T> {
  const files: NamedUpload[] = [];
  const { sheet: asked } = request.query as { sheet?: string };
  let sheet = asked;
  try {
    for await (const part of partsOf(request, kind)) {
      if (part.field !== undefined) {
        if (sheet !== undefined && sheet !== part.field) throw twoSheets();
        sheet = part.field;
      }
      if (part.file === undefined) continue;
      const { name, stream } = part.file;
      const left = bytesMax - files.reduce((sum, { bytes }) => sum + bytes, 0);
      files.push({ name, ...(await uploads.save(stream, left)) });
    }
    if (files.length === 0) throw new HttpProblem("MalformedRequest", "there is no file");
    return await work({ files, sheet: sheet === "" ? undefined : sheet });
  } finally {
    for (const file of files) await uploads.release(file);
  }
}

function twoSheets(): HttpProblem {
  return new HttpProblem("MalformedRequest", "two sheets are named", { field: { name: "sheet" } });
}

/** How a part may say that it stands there as it is. */
const asItIs = /^(7bit|8bit|binary)$/i;

/** A file, or the value of the field `sheet`. */
interface Part {
  readonly file?: { readonly name: string; readonly stream: Readable };
  readonly field?: string;
}

async function* partsOf(request: FastifyRequest, kind: KindName): AsyncGenerator<Part> {
  const unnamed = `${kind}.csv`;
  if (!request.isMultipart()) {
    const stream = request.body as Readable | undefined;
    if (stream !== undefined) yield { file: { name: unnamed, stream } };
    return;
  }
  const parts = request.parts();
  for (;;) {
    const next = await parts.next().catch((error: unknown) => {
      const isKnown = String((error as { code?: unknown }).code).startsWith("FST_");
      throw isKnown ? error : new HttpProblem("MalformedRequest", "the form cannot be read");
    });
    if (next.done === true) return;
    const part = next.value;
    if (!asItIs.test(part.encoding)) {
      if (part.type === "file") part.file.resume();
      throw new HttpProblem(
        "MediaTypeNotSupported",
        "no Content-Transfer-Encoding of a part is decoded here: send it as it is",
      );
    }
    if (part.type === "file") {
      const { file } = part;
      file.on("limit", () => {
        file.destroy(new HttpProblem("TooLarge", "the file is larger than this route takes"));
      });
      const name = basename(part.filename.replaceAll("\\", "/")).slice(0, 255);
      yield { file: { name: name === "" ? unnamed : name, stream: file } };
    } else {
      yield { field: sheetOf(part) };
    }
  }
}

function sheetOf({ fieldname, value, fieldnameTruncated, valueTruncated }: MultipartValue): string {
  const name = fieldname.slice(0, 200);
  if (fieldname !== "sheet" || fieldnameTruncated) {
    const detail = "the form has a field that this route does not know";
    throw new HttpProblem("MalformedRequest", detail, { field: { name } });
  }
  if (typeof value !== "string" || valueTruncated || value.includes("\ufffd")) {
    throw new HttpProblem("MalformedRequest", "sheet is no short text in UTF-8", {
      field: { name },
    });
  }
  return value;
}
