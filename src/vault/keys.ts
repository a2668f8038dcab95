import { createHmac, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { chmod, link, open, stat, unlink } from "node:fs/promises";
import { makePrivate, takeFile } from "../database/mending-commands.ts";

/** The keys of one ledger's vault, all derived from the master key of its key file. */
export interface VaultKeys {
  /** Wraps the households' own keys. */
  readonly wrapping: Buffer;
  /** Encrypts what belongs to no household. */
  readonly ledger: Buffer;
  /** Tells equal content from unequal. */
  readonly fingerprints: Buffer;
  /** Names vault items. */
  readonly items: Buffer;
  /** Seals commands on their way from one process of the ledger to another. */
  readonly transport: Buffer;
  /** What the log's first event carries, so that another key is recognised. */
  readonly check: string;
}

/**
 * Thrown when the key file is missing, malformed or not this ledger's; its message is for people.
 */
export class VaultKeyError extends Error {}

/** Derives the keys (HKDF-SHA256) from a master key of 32 bytes. */
export function deriveKeys(master: Buffer): VaultKeys {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync("sha256", master, Buffer.alloc(0), `sunshine-ledger/${purpose}`, 32));
  const check = createHmac("sha256", derive("check")).update("vault-key").digest("base64url");
  return {
    wrapping: derive("wrapping"),
    ledger: derive("ledger"),
    fingerprints: derive("fingerprints"),
    items: derive("items"),
    transport: derive("transport"),
    check: check.slice(0, 22),
  };
}

/**
 * Reads the key file; with `mayCreate` a missing one is made, of mode 600, by exactly one process.
 * One that others can read is refused. Throws {@link VaultKeyError}.
 */
export async function readKeyFile(path: string, mayCreate: boolean): Promise<VaultKeys> {
  if (mayCreate) await createKeyFile(path);
  let text: string;
  try {
    // Judged and read through one handle: what is read is what was judged.
    const file = await open(path, "r");
    try {
      refuseShared(path, await file.stat());
      text = await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof VaultKeyError ? error : unreadable(path, error);
  }
  if (!/^[0-9a-f]{64}\n?$/.test(text)) {
    throw new VaultKeyError(`the vault key file ${path} does not hold 64 hexadecimal digits`);
  }
  return deriveKeys(Buffer.from(text.trim(), "hex"));
}

/**
 * Refuses a key file that others can read, before anything else is done; whether it can be read by
 * us, and is there at all, is not asked. Throws {@link VaultKeyError}.
 */
export async function refuseSharedKeyFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null) refuseShared(path, found);
}

/**
 * The rule PostgreSQL has for the key of its certificate: the file is for its owner alone, but one
 * that root hands to a service which is not root may be read by a group. Kubernetes can give a
 * secret to such a service in no other way.
 */
function refuseShared(path: string, { mode, uid }: Stats): void {
  const own = process.getuid?.();
  if (own === undefined) return; // Windows has no modes.
  const mayHave = uid === 0 && own !== 0 ? 0o740 : 0o700;
  if ((mode & 0o777 & ~mayHave) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(3, "0");
  const how = uid === own || own === 0 ? makePrivate(path) : takeFile(path);
  throw new VaultKeyError(
    `the vault key file ${path} can be read by others (mode ${octal}); make it yours alone: ${how}`,
  );
}

function unreadable(path: string, error: unknown): VaultKeyError {
  const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
  const advice: Readonly<Record<string, string>> = {
    ENOENT: "; put the key of this ledger there, from where it is kept apart from the backups",
    EACCES: `; give it to the user who runs this: ${takeFile(path)}`,
  };
  const message = `the vault key file ${path} cannot be read (${code})${advice[code] ?? ""}`;
  return new VaultKeyError(message);
}

async function createKeyFile(path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return;
  // Not named after the process id: two containers that share the folder may have the same one.
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, "wx", 0o600);
  await chmod(draft, 0o600);
  await file.writeFile(`${randomBytes(32).toString("hex")}\n`);
  await file.sync();
  await file.close();
  // A link fails where the file exists: of two that race, one key wins and both read it.
  await link(draft, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
  await unlink(draft);
}
