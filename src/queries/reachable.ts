import type { Readable } from "./as-of.ts";

/** Whether the database answers. */
export async function isReachable({ pool }: Pick<Readable, "pool">): Promise<boolean> {
  try {
    await pool.query("SELECT 1");
    return true;
  } catch {
    return false;
  }
}
