import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { packageVersion } from "./version.ts";

const description = `
Sunshine Ledger 阳光账本 records every benefit that reaches a household as events that never change.

- Numbers are texts: amounts with two decimals, shares with four, positions as digits.
- Every read takes \`knownAt\` (a position or an instant of RFC 3339: the answer as known then) and
  \`atLeast\` (a position that must have been projected: give the one a command was answered with).
- What fails is answered as \`application/problem+json\` with a \`code\` to go by.
- Answers of the invented demo county carry \`demo: true\` and the header \`X-Demo\`.
- There is no sign-in yet: the service listens on this machine alone unless told otherwise.
`;

/** Swagger UI brings its own script, draws with inline styles and asks this service alone. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'none'; " +
  "base-uri 'none'; frame-ancestors 'none'";

/** The reference: OpenAPI 3.1 at /openapi.json, to be read and tried at /docs. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Sunshine Ledger 阳光账本", version: packageVersion, description },
      tags: [
        { name: "commands", description: "Recording one thing" },
        { name: "imports", description: "Recording a file" },
        { name: "payments", description: "Instructions to banks and their answers" },
        { name: "households", description: "What is known of a household" },
        { name: "registers", description: "Lists and sums" },
        { name: "service", description: "The service itself" },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: pagePolicy,
    theme: {
      title: "Sunshine Ledger 阳光账本",
      css: [{ filename: "own.css", content: ".swagger-ui .topbar { display: none }" }],
    },
    uiConfig: { docExpansion: "list", validatorUrl: null, tryItOutEnabled: true },
  });
}
