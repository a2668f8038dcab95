import type { CopyTask } from "../../database/copy.ts";
import { BinaryCopyRows } from "../../database/copy.ts";
import type { AppendRequest, NewEvent } from "../event-log.ts";
import { bodyWriter, digestOf } from "../stored-event.ts";

const target = "events (position, recorded_at, stream, revision, type, key, nth, once, body, hash)";
const columns = 10;

/** The rows of an append behind `head`, encoded as they are sent. */
export function rowsOf(request: AppendRequest, head: bigint, recordedAt: string): CopyTask {
  return { into: target, format: "binary", messages: messagesOf(request, head, recordedAt) };
}

/** Events are encoded as they are sent: the server writes the ones before meanwhile. */
function* messagesOf(request: AppendRequest, head: bigint, recordedAt: string): Generator<Buffer> {
  const { events } = request;
  const rows = new BinaryCopyRows(columns);
  const first = Number(head) + 1;
  const time = Date.parse(recordedAt);
  const writeBody = bodyWriter(recordedAt);
  for (let i = 0; i < events.length; i++) {
    const event = events[i] as NewEvent;
    rows.beginRow();
    rows.bigint(first + i);
    rows.time(time);
    rows.text(event.stream);
    rows.integer(event.revision);
    rows.text(event.type);
    rows.text(event.key);
    rows.integer(event.nth);
    rows.text(event.once);
    const digest = rows.written((out) => {
      writeBody(out, event);
    }, digestOf);
    rows.latin1(digest);
    rows.endRow();
    yield* rows.take("full");
  }
  yield* rows.take("all");
}
