import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { finished } from "node:stream";
import type { EventStoreDBClient } from "@eventstore/db-client";
import sharedMessages from "@eventstore/db-client/generated/shared_pb.js";
import streamsService from "@eventstore/db-client/generated/streams_grpc_pb.js";
import streamsMessages from "@eventstore/db-client/generated/streams_pb.js";
import { within } from "./availability.ts";
import type { EncodedAppend } from "./encode.ts";
import { requestOf } from "./encode.ts";

/** What the server answered: the position of the last event, or why it refused all of them. */
export type WireAnswer =
  | { readonly appended: true; readonly lastPosition: bigint }
  | { readonly appended: false; readonly lastRevision: number };

/** Thrown when the server did not answer: the events may have been appended or not. */
export class NoAnswer extends Error {}

/** Thrown when the server refused an append and will refuse it again; the message is its own. */
export class RefusedForGood extends Error {}

/** Appends over one stream of calls to the server. */
export interface BatchAppender {
  /**
   * Appends events to a stream that has come to the revision they expect. Rejects with
   * {@link NoAnswer}, or with {@link RefusedForGood}, as when the stream was deleted.
   */
  append(encoded: EncodedAppend): Promise<WireAnswer>;
}

/** Longer than the time after which the server itself gives an append up. */
const patienceMs = 10_000;
/** How long it may take to find a node that takes appends. */
const openingMs = 5_000;

type Response = InstanceType<typeof streamsMessages.BatchAppendResp>;

interface Waiting {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: Error) => void;
}

// Methods that the client's own commands use; its types call them protected.
interface ClientInside {
  readonly GRPCStreamCreator: (
    service: unknown,
    name: string,
    open: (client: GrpcClient) => Duplex,
  ) => () => Promise<Duplex>;
  readonly callArguments: (options: object, callOptions: object) => readonly unknown[];
}

interface GrpcClient {
  makeBidiStreamRequest(
    path: string,
    serialize: (message: Buffer) => Buffer,
    deserialize: (bytes: Uint8Array) => Response,
    ...rest: readonly unknown[]
  ): Duplex;
}

/**
 * The client's own batched append keeps its callers in one table for the whole process: when one
 * connection breaks, the answers of every other end the process. It also encodes each event twice.
 * This one speaks the same call over the same connection with a table of its own.
 */
export function batchAppender(client: EventStoreDBClient): BatchAppender {
  const inside = client as unknown as ClientInside;
  let current: Promise<Calls> | undefined;
  const open = async (): Promise<Calls> => {
    const duplex = await inside.GRPCStreamCreator(
      streamsService.StreamsClient,
      "batchAppend",
      (grpc) =>
        grpc.makeBidiStreamRequest(
          "/event_store.client.streams.Streams/BatchAppend",
          (message) => message,
          streamsMessages.BatchAppendResp.deserializeBinary,
          ...inside.callArguments({ requiresLeader: true }, { deadline: Infinity }),
        ),
    )();
    return calls(duplex, () => {
      current = undefined;
    });
  };
  return {
    append: async (encoded) => {
      current ??= within(openingMs, open());
      let opened: Calls;
      try {
        opened = await current;
      } catch (error) {
        current = undefined;
        throw new NoAnswer("the server could not be reached", { cause: error });
      }
      return opened.send(encoded);
    },
  };
}

interface Calls {
  send(encoded: EncodedAppend): Promise<WireAnswer>;
}

function calls(duplex: Duplex, onEnd: () => void): Calls {
  const waiting = new Map<string, Waiting>();
  let ended = false;
  duplex.on("data", (response: Response) => {
    const id = response.getCorrelationId()?.getString() ?? "";
    const caller = waiting.get(id);
    waiting.delete(id);
    if (caller !== undefined) answer(response, caller);
  });
  duplex.on("error", () => undefined);
  finished(duplex, (error) => {
    ended = true;
    onEnd();
    const lost = new NoAnswer("the connection ended during an append", { cause: error });
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  });
  return {
    send: (encoded) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(new NoAnswer("the connection ended before an append"));
          return;
        }
        const id = randomUUID();
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new NoAnswer("the server did not answer an append in time"));
        }, patienceMs);
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer);
            then(value);
          };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        duplex.write(requestOf(encoded, id));
      }),
  };
}

function answer(response: Response, { resolve, reject }: Waiting): void {
  const success = response.getSuccess();
  if (success !== undefined) {
    const position = success.getPosition()?.getCommitPosition();
    if (position === undefined) reject(new NoAnswer("the server named no position"));
    else resolve({ appended: true, lastPosition: BigInt(position) });
    return;
  }
  const status = response.getError();
  const details = status?.getDetails();
  const kind = details?.getTypeName() ?? "";
  if (kind === "event_store.client.WrongExpectedVersion") {
    const wrong = details?.unpack(sharedMessages.WrongExpectedVersion.deserializeBinary, kind);
    const known = wrong?.hasCurrentStreamRevision() === true;
    const lastRevision = known ? Number(wrong.getCurrentStreamRevision()) : -1;
    resolve({ appended: false, lastRevision });
    return;
  }
  const names = [kind.replace(/^.*\./, ""), status?.getMessage() ?? ""];
  const why = [...new Set(names)].join(" ").trim();
  const isForGood = /AccessDenied|MaximumAppendSizeExceeded|StreamDeleted|BadRequest/.test(kind);
  if (isForGood) reject(new RefusedForGood(why));
  else reject(new NoAnswer(`the server refused an append: ${why}`));
}
