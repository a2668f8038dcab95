import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { EventType } from "../../events/define.ts";
import { eventTypes } from "../../events/index.ts";
import { projections } from "../../projections/index.ts";
import { environmentHelp } from "../../src/config.ts";
import { refusalCodes } from "../../src/domain/refusal.ts";
import type { Question } from "../../src/queries/define.ts";
import { questions } from "../../src/queries/questions.ts";
import { projectRoot } from "../../src/root.ts";
import { requirements } from "../../test/requirements/requirements.ts";
import { notice } from "./notice.ts";
import { requirementsPage } from "./requirements.ts";

interface FieldSchema {
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, FieldSchema>>;
  readonly anyOf?: readonly FieldSchema[];
  readonly additionalProperties?: FieldSchema | boolean;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

/** The generated pages by their path in `docs`, as this code defines them. */
export function generatedPages(): Record<string, string> {
  return {
    "reference/events.md": eventsPage(),
    "reference/read-models.md": readModelsPage(),
    "reference/environment.md": environmentPage(),
    "reference/refusals.md": refusalsPage(),
    "reference/questions.md": questionsPage(),
    "requirements.md": requirementsPage(requirements),
  };
}

function eventsPage(): string {
  const entries = Object.entries(eventTypes) as [string, EventType][];
  const sections = entries.map(([name, type]) => {
    const schema = z.toJSONSchema(type.data, { io: "input" }) as FieldSchema;
    const needed = new Set(schema.required);
    const rows = Object.entries(schema.properties ?? {}).map(
      ([field, of]) => `| \`${field}\` | ${needed.has(field) ? "yes" : "–"} | ${shape(of)} |`,
    );
    return [
      `## ${name}`,
      "",
      `${type.summary} Stream category \`${type.category}\`, version ${type.versions.length}.`,
      "",
      "| Field | Always | Shape |",
      "|---|---|---|",
      ...rows,
    ].join("\n");
  });
  const list = entries.map(
    ([name, type]) => `| [${name}](#${name.toLowerCase()}) | ${type.summary} |`,
  );
  const index = ["| Event | What happened |", "|---|---|", ...list].join("\n");
  return `${notice}\n\n# Events\n\n${index}\n\n${sections.join("\n\n")}\n`;
}

function shape(field: FieldSchema): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(" · ");
  if (field.items !== undefined) return `list of ${shape(field.items)}`;
  if (field.properties !== undefined) return `{${Object.keys(field.properties).join(", ")}}`;
  const pattern = field.pattern === undefined ? "" : ` \`${field.pattern.replaceAll("|", "\\|")}\``;
  return `${[field.type ?? "any"].flat().join(" or ")}${pattern}`;
}

function readModelsPage(): string {
  const sections = projections.map(({ name, version, tables, invariants }) => {
    const shown = tables.map((table) => {
      const columns = Object.entries(table.columns).map(([column, type]) => {
        return `| \`${column}\` | ${type.replace(' COLLATE "C"', "")} |`;
      });
      const key = `Table \`read.${table.name}\`, primary key (${table.primaryKey}):`;
      return [key, "", "| Column | Type |", "|---|---|", ...columns].join("\n");
    });
    const checks = invariants.map(({ holds }) => `- ${holds}`).join("\n");
    const parts = [`## ${name} (version ${version})`, ...shown, "verify checks that", checks];
    return parts.join("\n\n");
  });
  return `${notice}\n\n# Read models\n\n${sections.join("\n\n")}\n`;
}

function environmentPage(): string {
  const rows = environmentHelp.map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return `${notice}\n\n# Environment\n\n| Variable | Meaning |\n|---|---|\n${rows.join("\n")}\n`;
}

function refusalsPage(): string {
  const rows = refusalCodes.map((code, i) => `${i + 1}. \`${code}\``);
  return `${notice}\n\n# Refusals, in their order of precedence\n\n${rows.join("\n")}\n`;
}

function questionsPage(): string {
  const sections = questions.map((question) => {
    const { summary, description, right, own, path, verb, name } = question;
    const asks =
      own === true ? `\`${right}\`, and \`own\` for the household itself` : `\`${right}\``;
    const asked = [
      ...(path === undefined ? [] : [`\`GET ${path}\``]),
      ...(verb === undefined ? [] : [`\`sunshine ${name}\``]),
    ];
    return [
      `## ${name}`,
      `${summary}. ${description}`,
      `Asked by ${asked.length === 0 ? "pages alone" : asked.join(" and ")}. Right: ${asks}.`,
      ...parametersTable(question),
      answerTable(question),
    ].join("\n\n");
  });
  const every = "Every one also takes `knownAt` (`--known-at`), and over HTTP `atLeast`.";
  return `${notice}\n\n# Questions\n\n${every}\n\n${sections.join("\n\n")}\n`;
}

function parametersTable({ parameters, verb }: Question): string[] {
  const rows = Object.entries(parameters).map(([name, { schema, words }]) => {
    const { description, ...field } = z.toJSONSchema(schema, { io: "input" }) as FieldSchema;
    const flags = verb === undefined || words === undefined ? "–" : `\`${cell(words.flags)}\``;
    const means = description ?? words?.means ?? "";
    return `| \`${name}\` | ${flags} | ${shape(field)} | ${means} |`;
  });
  if (rows.length === 0) return [];
  return [["| Told | Verb | Shape | Meaning |", "|---|---|---|---|", ...rows].join("\n")];
}

function answerTable({ answer }: Question): string {
  const whole = z.toJSONSchema(answer, { io: "output" }) as FieldSchema;
  // A schema that has a name in the API stands under that name.
  const [named = whole] = Object.values(whole.$defs ?? {});
  const rows = Object.entries(named.properties ?? {}).map(
    ([field, of]) => `| \`${field}\` | ${answerShape(of)} | ${of.description ?? ""} |`,
  );
  return ["| Answered | Shape | Meaning |", "|---|---|---|", ...rows].join("\n");
}

/** A shape with the meaning of what a list or a map holds. */
function answerShape(field: FieldSchema): string {
  const { anyOf, items, properties, additionalProperties: values } = field;
  if (anyOf !== undefined) return anyOf.map(answerShape).join(" or ");
  if (items !== undefined) return `list of ${answerShape(items)}`;
  if (properties !== undefined || typeof values !== "object") return shape(field);
  const means = values.description === undefined ? "" : ` (${values.description})`;
  return `map to ${answerShape(values)}${means}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (process.argv[1]?.endsWith("generate.ts") === true) {
  for (const [path, text] of Object.entries(generatedPages())) {
    await writeFile(join(projectRoot, "docs", path), text);
  }
}
