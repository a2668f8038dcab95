// Documents that rows name by the files of a folder: what is put in their place, and what is not.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "tap";
import { documentNames } from "../../src/app/documents.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import type { CountyRow } from "../support/county.ts";
import { step } from "../support/plan-rows.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("documents that a row names", async (t) => {
  const around = await mkdtemp(join(tmpdir(), "sunshine-documents-"));
  t.teardown(() => rm(around, { recursive: true, force: true }));
  const folder = join(around, "documents");
  await mkdir(join(folder, "inside"), { recursive: true });
  await writeFile(join(around, "secret.txt"), "secret");
  await writeFile(join(folder, "记录.txt"), "a");
  await writeFile(join(folder, "会议 记录.txt"), "b");
  await writeFile(join(folder, "inside", "c.txt"), "c");
  await symlink(join(around, "nowhere"), join(folder, "broken.txt"));
  const kind = kindOf("steps");
  const naming = documentNames(folder, kind);

  const read = async (documents: string): Promise<string> => {
    const cells: CountyRow = step("决议", { 材料: documents });
    const parsed = kind.parse(await naming({ cells }));
    if (!parsed.ok) return parsed.refusal.code;
    return (parsed.command as { row: { documents: string } }).row.documents;
  };
  const [a, b, given] = [sha256("a"), sha256("b"), "0f".repeat(32)];
  const cases: readonly (readonly [documents: string, read: string, what: string])[] = [
    ["记录.txt", a, "are hashed"],
    ["记录.txt 记录.txt", `${a} ${a}`, "may be several"],
    [` 记录.txt 、会议 记录.txt、`, `${a} ${b}`, "are parted by 、 where a name has blanks"],
    ["会议 记录.txt", "MalformedField", "and by blanks where no 、 stands there"],
    ["会议 记录.txt、", b, "so that one with a blank has a 、 behind it"],
    [`${given} 记录.txt`, `${given} ${a}`, "stand beside hashes"],
    ["无.txt", "MalformedField", "are refused where there is no such file"],
    ["记录.txt 无.txt", "MalformedField", "also one of several"],
    ["inside", "MalformedField", "are no folders"],
    ["broken.txt", "MalformedField", "are no links that lead nowhere"],
    ["inside/c.txt", "MalformedField", "lie in the folder itself"],
    ["../secret.txt", "MalformedField", "and not beside it"],
    ["..", "MalformedField", "nor above it"],
    [join(around, "secret.txt"), "MalformedField", "nor wherever a path leads"],
    ["", "MalformedField", "must be named where a step needs them"],
  ];
  for (const [documents, wanted, what] of cases) t.equal(await read(documents), wanted, what);

  const other = { cells: { ...step("定案"), 说明: "记录.txt" } };
  t.strictSame(await naming(other), other, "are looked for in 材料 alone");
  t.end();
});
