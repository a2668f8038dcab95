import type { Pool } from "pg";
import type { WriterClaim } from "../log/writer-claim.ts";
import type { VaultKeys } from "../vault/keys.ts";
import type { Handler } from "./handle.ts";

export interface ForwardingOptions {
  /** Decides and records in this process; used while it holds the writer's claim. */
  readonly handler: Handler;
  readonly claim: WriterClaim;
  readonly pool: Pool;
  readonly keys: Pick<VaultKeys, "transport">;
  /** Hears of what went wrong between processes and was tried again. */
  readonly onNotice?: (message: string) => void;
}

/** A handler that reaches the process with the writer's claim, wherever it runs. */
export interface ForwardingHandler extends Handler {
  /** Takes the claim as soon as it is free, and keeps it: for a long-lived service. */
  hold(): void;
  /** Answers what was forwarded to it, then stops serving; the claim is released by the log. */
  close(): Promise<void>;
}

export function forwardingHandler(_options: ForwardingOptions): ForwardingHandler {
  throw new Error("not written yet");
}
