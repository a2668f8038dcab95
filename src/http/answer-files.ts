import type { FastifyReply } from "fastify";
import type { WriteSheet } from "../notice/writers.ts";
import { sheetWriters } from "../notice/writers.ts";
import type { ListCopy } from "../exchange/plan-tables.ts";
import { writeListTable, writeNextStep } from "../exchange/plan-tables.ts";
import { pendingFile } from "../exchange/pending-file.ts";
import type { NextStep } from "../queries/next-step.ts";
import type { Notice } from "../queries/notice.ts";
import { questionNameOf } from "../queries/reports/report.ts";
import { reports } from "../queries/reports/reports.ts";
import { writeReportTable } from "../exchange/report-tables.ts";
import type { Service } from "./service.ts";

/** What a file is called where it is read. */
export interface FileForm {
  readonly type: string;
  readonly ending: string;
}

/** CSV, in UTF-8 with its mark. */
export const csvForm: FileForm = { type: "text/csv", ending: "csv" };
/** A workbook (.xlsx). */
export const workbookForm: FileForm = {
  type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ending: "xlsx",
};

/** An answer as a file. */
export interface AnswerFile extends FileForm {
  /** Writes it whole or not at all. */
  write(found: object, path: string, service: Service): Promise<void>;
}

function sheet(writer: () => Promise<WriteSheet>, form: FileForm): AnswerFile {
  return {
    ...form,
    write: async (found, path, { ledger }) => {
      const file = pendingFile(path);
      const isDemo = ledger.identity()?.demo === true;
      const write = await writer();
      await write(found as Notice, { isDemo }, (bytes) => {
        file.append(bytes);
      });
      await file.put();
    },
  };
}

function tables(
  write: (path: string, found: object) => Promise<void>,
): Readonly<Record<string, AnswerFile>> {
  const one = (form: FileForm): AnswerFile => ({
    ...form,
    write: (found, path) => write(path, found),
  });
  return { csv: one(csvForm), xlsx: one(workbookForm) };
}

function listTables(copy: "full" | "public"): Readonly<Record<string, AnswerFile>> {
  return tables((path, found) => writeListTable(path, copy, found as ListCopy));
}

/** The questions whose answers are files too, by what `format` says. */
const filesOf: Readonly<Record<string, Readonly<Record<string, AnswerFile>>>> = {
  notice: {
    html: sheet(sheetWriters.html, { type: "text/html; charset=utf-8", ending: "html" }),
    pdf: sheet(sheetWriters.pdf, { type: "application/pdf", ending: "pdf" }),
  },
  publicList: listTables("public"),
  fullList: listTables("full"),
  nextStep: tables((path, found) => writeNextStep(path, found as NextStep)),
};

/** The files that a question is answered with, by format; undefined where there are none. */
export function answerFilesOf(question: string): Readonly<Record<string, AnswerFile>> | undefined {
  const report = reports.find((one) => questionNameOf(one) === question);
  if (report === undefined) return filesOf[question];
  return tables((path, found) => writeReportTable(path, report, { ...found }));
}

/** Has a file written and sends it: whole, or a problem. */
export async function sendFile(
  { uploads }: Service,
  reply: FastifyReply,
  { type, ending, name }: FileForm & { readonly name: string },
  write: (path: string) => Promise<void>,
): Promise<FastifyReply> {
  const { stream, bytes } = await uploads.answer(`answer.${ending}`, write);
  const named = encodeURIComponent(`${name}.${ending}`);
  return reply
    .type(type)
    .header("content-length", String(bytes))
    .header("content-disposition", `attachment; filename*=UTF-8''${named}`)
    .send(stream);
}
