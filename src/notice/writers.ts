import type { writeSheetPdf } from "./sheet-pdf.ts";

/** Writes a sheet piece by piece. */
export type WriteSheet = typeof writeSheetPdf;

/** What writes a sheet, by format: loaded when asked for, since fonts and layout take long. */
export const sheetWriters: Readonly<Record<"html" | "pdf", () => Promise<WriteSheet>>> = {
  html: async () => (await import("./sheet-html.tsx")).writeSheetHtml,
  pdf: async () => (await import("./sheet-pdf.ts")).writeSheetPdf,
};
