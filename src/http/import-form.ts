import { basename } from "node:path";
import type { Readable } from "node:stream";
import type { MultipartValue } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
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
  /** How they are to be read, where that is said. */
  readonly choice: string | undefined;
}

/** What a route takes. */
export interface FormWanted {
  /** The name of a file that its sender gives none. */
  readonly unnamed: string;
  /** The parameter or the field of a form that says how files are to be read. */
  readonly choice: string;
  readonly bytesMax: number;
}

/**
 * Takes in all that a request brings, the files of a form or the body itself, and works on it; what
 * arrived is removed whatever happens.
 */
export async function receiveForm<T>(
  request: FastifyRequest,
  wanted: FormWanted,
  uploads: Uploads,
  work: (form: ImportForm) => Promise<T>,
): Promise<T> {
  const files: NamedUpload[] = [];
  const { choice: name, bytesMax } = wanted;
  let choice = (request.query as Readonly<Record<string, string | undefined>>)[name];
  try {
    for await (const part of partsOf(request, wanted)) {
      if (part.field !== undefined) {
        if (choice !== undefined && choice !== part.field) throw twice(name);
        choice = part.field;
      }
      if (part.file === undefined) continue;
      const { name: own, stream } = part.file;
      const left = bytesMax - files.reduce((sum, { bytes }) => sum + bytes, 0);
      files.push({ name: own, ...(await uploads.save(stream, left)) });
    }
    if (files.length === 0) throw new HttpProblem("MalformedRequest", "there is no file");
    return await work({ files, choice: choice === "" ? undefined : choice });
  } finally {
    for (const file of files) await uploads.release(file);
  }
}

function twice(name: string): HttpProblem {
  const detail = `${name} is said twice, and not alike`;
  return new HttpProblem("MalformedRequest", detail, { field: { name } });
}

/** How a part may say that it stands there as it is. */
const asItIs = /^(7bit|8bit|binary)$/i;

/** A file, or the value of the one field that a form may have. */
interface Part {
  readonly file?: { readonly name: string; readonly stream: Readable };
  readonly field?: string;
}

async function* partsOf(
  request: FastifyRequest,
  { unnamed, choice }: FormWanted,
): AsyncGenerator<Part> {
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
      yield { field: fieldOf(choice, part) };
    }
  }
}

function fieldOf(
  choice: string,
  { fieldname, value, fieldnameTruncated, valueTruncated }: MultipartValue,
): string {
  const name = fieldname.slice(0, 200);
  if (fieldname !== choice || fieldnameTruncated) {
    const detail = "the form has a field that this route does not know";
    throw new HttpProblem("MalformedRequest", detail, { field: { name } });
  }
  if (typeof value !== "string" || valueTruncated || value.includes("\ufffd")) {
    throw new HttpProblem("MalformedRequest", `${choice} is no short text in UTF-8`, {
      field: { name },
    });
  }
  return value;
}
