import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { securityHeaders } from "./guards.ts";
import type { FaultCode } from "./problem.ts";
import { problemDocument, problemType, statusOfFault } from "./problem.ts";

const faultOf: Readonly<Record<string, readonly [FaultCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["HeadersTooLarge", "address and headers are larger than 16 kB"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["TooLarge", "a chunk has extensions that are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: ["TooSlow", "the request did not arrive in time"],
};

/** Answers what Node's parser refuses, before there is a request, as every other fault. */
export function answerUnparsed(error: Error & { code?: string }, socket: Socket): void {
  // An answer that has begun cannot be followed by another.
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [fault, detail] = faultOf[error.code ?? ""] ?? [
    "MalformedRequest",
    "the request is no HTTP that can be read",
  ];
  socket.end(rawAnswer(fault, detail));
}

/** An `Expect` header that asks for anything but 100-continue. */
export function answerExpectations(app: FastifyInstance): void {
  const server = app.server;
  server.on("checkExpectation", (_request, response) => {
    const id = randomUUID();
    const document = problemDocument("ExpectationNotMet", "Expect takes 100-continue alone", id);
    const body = JSON.stringify(document);
    response.writeHead(417, headersOf(id, body)).end(body);
  });
}

function headersOf(id: string, body: string): Record<string, string> {
  return {
    ...securityHeaders,
    "x-request-id": id,
    "content-type": problemType,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
}

function rawAnswer(fault: FaultCode, detail: string): string {
  const id = randomUUID();
  const body = JSON.stringify(problemDocument(fault, detail, id));
  const status = statusOfFault(fault);
  const lines = Object.entries(headersOf(id, body)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`;
}
