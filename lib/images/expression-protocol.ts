/** What the interpreter's thread and its caller say to each other. */

export type Value = string | number | boolean | undefined;

export interface Item {
  /** Literal texts and expressions, joined; a single expression keeps its type. */
  parts: (string | { code: string; draw: string })[];
  /** Afterwards the value, as text, is known to later items as `<object>.<name>`. */
  assign?: [object: string, name: string];
}

export interface Request {
  id: number;
  /** Globals of the interpreter; JSON. */
  scope: Record<string, unknown>;
  /** Where `random(n)` draws from; the same seed and place give the same text. Absent: `random` is refused. */
  seed?: string;
  items: Item[];
  limits: { itemMs: number; totalMs: number; memoryBytes: number };
}

export type ItemResult = { value: Value } | { error: string; part: number };

export interface Reply {
  id: number;
  results: ItemResult[];
}
