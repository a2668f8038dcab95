/**
 * The first name that an object in a JSON text has twice, at any depth and however it is escaped;
 * undefined where none has. `JSON.parse` takes the last of such members and says nothing. The text
 * must be JSON: that is `JSON.parse`'s to check, and lets this look at strings and brackets alone.
 */
export function repeatedName(json: string): string | undefined {
  /** The names of each object around the place that is looked at; null for an array. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(null);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      const names = open.at(-1) ?? null;
      if (names !== null && isName(json, end)) {
        const name = JSON.parse(json.slice(at, end)) as string;
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** The place behind the string that begins at `from`. */
function endOfString(json: string, from: number): number {
  let end = json.indexOf('"', from + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end + 1;
}

/** Whether an odd number of backslashes stands before a quotation mark. */
function isEscaped(json: string, at: number): boolean {
  let before = at;
  while (json[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

/** Whether the string that ends at `end` is the name of a member. */
function isName(json: string, end: number): boolean {
  let next = end;
  while (/[ \t\n\r]/.test(json[next] ?? "")) next++;
  return json[next] === ":";
}
