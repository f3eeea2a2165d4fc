const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const VARYING: Record<string, string> = {
  resourceVersion: "<version>",
  clusterIP: "<address>",
  nodePort: "<port>",
  healthCheckNodePort: "<port>",
  selfLink: "<link>",
  continue: "<token>",
  serverAddress: "<address>",
  token: "<token>",
};

/** Rules for oneself are told in the order of a cache, which has none. */
const UNORDERED = new Set(["causes", "managedFields", "resourceRules", "nonResourceRules"]);

/** Takes from an answer what differs from run to run; orders what the server orders at random. */
export function normalise(value: unknown, namespace: string, key = ""): unknown {
  if (Array.isArray(value)) {
    if (key === "clusterIPs") return value.map(() => "<address>");
    const items = value.filter((item) => !isPublished(item)).map((item) => normalise(item, namespace));
    // Who manages what is ordered by the second in which it was last written.
    return UNORDERED.has(key) ? items.sort(byText) : items;
  }
  if (typeof value === "object" && value !== null) {
    const fields = isTable(value) ? withoutAges(value) : (value as Record<string, unknown>);
    return Object.fromEntries(
      Object.keys(fields)
        .sort()
        .map((name) => {
          const given = fields[name];
          if (name === "metadata" && isQuota(value))
            return [name, { name: (given as { name?: string }).name }];
          const varying = VARYING[name];
          if (varying !== undefined && (typeof given === "number" || typeof given === "string")) {
            return [name, given === "" || given === "None" || given === "0" ? given : varying];
          }
          return [plain(name, namespace), normalise(given, namespace, name)];
        }),
    );
  }
  if (typeof value !== "string") return value;
  const text = plain(value, namespace);
  if (key === "name" || key === "podName") return text;
  return key === "message" ? ordered(quoted(text, namespace)) : text;
}

/** A text without the namespace's name, times, uids and other random parts. */
export function plain(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, "{ns}")
    .replaceAll(TIME, "<time>")
    .replaceAll(UID, "<uid>")
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-<random>")
    .replaceAll(/ResourceVersion in record \(\d+\)/g, "ResourceVersion in record (<version>)")
    .replaceAll(/(resourceVersion\\*":\\*")\d+/g, "$1<version>")
    .replaceAll(/\b(gen|Gen)-[a-z0-9]{5}\b/g, "$1-<random>")
    .replaceAll(/hash=[0-9A-F]{128}/g, "hash=<hash>");
}

/** What a controller puts into every namespace. */
function isPublished(item: unknown): boolean {
  return (item as { metadata?: { name?: string } } | null)?.metadata?.name === "kube-root-ca.crt";
}

/** Quotas are written by a controller as well, at its own time: their books and versions say nothing. */
function isQuota(value: object): boolean {
  return (value as { kind?: string }).kind === "ResourceQuota";
}

interface Table {
  columnDefinitions: { name: string; type?: string }[] | null;
  rows: { cells: unknown[] }[];
}

function isTable(value: object): value is Table {
  return (value as { kind?: string }).kind === "Table";
}

/** Cells that say how long ago something was are not the same from one second to the next. */
function withoutAges(table: Table): Record<string, unknown> {
  const aged = (table.columnDefinitions ?? []).map(
    ({ name, type }) => type === "date" || ["Age", "Duration", "Last Schedule"].includes(name),
  );
  const rows = table.rows?.map((row) => ({
    ...row,
    cells: row.cells.map((cell, i) =>
      aged[i] && typeof cell === "string" && /^\d+[smhdy]/.test(cell) ? "<age>" : cell,
    ),
  }));
  // The descriptions of columns are prose.
  const columnDefinitions =
    table.columnDefinitions?.map((column) => ({ ...column, description: "" })) ?? null;
  return { ...table, columnDefinitions, rows };
}

/** Some refusals quote a whole object: its fields come in any order, and with what varies in them. */
const QUOTED = /Invalid value: ("\{\\"(?:[^"\\]|\\.)*\}")/g;

function quoted(message: string, namespace: string): string {
  return message.replaceAll(QUOTED, (whole, text: string) => {
    try {
      const object: unknown = JSON.parse(JSON.parse(text) as string);
      return `Invalid value: ${JSON.stringify(normalise(object, namespace))}`;
    } catch {
      return whole;
    }
  });
}

/** The errors of one message come in any order. */
function ordered(message: string): string {
  const [first = "", ...lines] = message.split("\n");
  if (first.endsWith(" errors:")) return [first, ...lines.sort()].join("\n");
  const match = /^(.* is invalid: )\[(.*)\]$/s.exec(message);
  if (!match) return message;
  const [, head = "", body = ""] = match;
  return `${head}[${body
    .split(/, (?=[A-Za-z<.][\w.[\]<>()/-]*: )/)
    .sort()
    .join(", ")}]`;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
