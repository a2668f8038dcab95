import { createHmac, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { chmod, link, open, readFile, stat, unlink } from "node:fs/promises";

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
 */
export async function readKeyFile(path: string, mayCreate: boolean): Promise<VaultKeys> {
  if (mayCreate) await createKeyFile(path);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new VaultKeyError(`the vault key file ${path} cannot be read (${code})`);
  }
  if (!/^[0-9a-f]{64}\n?$/.test(text)) {
    throw new VaultKeyError(`the vault key file ${path} does not hold 64 hexadecimal digits`);
  }
  return deriveKeys(Buffer.from(text.trim(), "hex"));
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
