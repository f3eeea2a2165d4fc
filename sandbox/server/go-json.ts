/** Go's words for JSON that it cannot read: clients show them, and people search for them. */
export function goSyntaxError(text: string, error: unknown): string {
  const message = (error as Error).message;
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (text.trim() === "" || /end of JSON/.test(message) || position >= text.trimEnd().length)
    return "unexpected end of JSON input";
  const token = /Unexpected token '(.)'/u.exec(message)?.[1];
  const found = Number.isNaN(position) ? (token ?? text.trim()[0] ?? "") : (text[position] ?? "");
  const character = `invalid character '${found}'`;
  if (/after JSON/.test(message)) return `${character} after top-level value`;
  if (/property name/.test(message)) return `${character} looking for beginning of object key string`;
  if (/',' or '}'/.test(message)) return `${character} after object key:value pair`;
  if (/',' or ']'/.test(message)) return `${character} after array element`;
  if (/':' after/.test(message)) return `${character} after object key`;
  return `${character} looking for beginning of value`;
}

/** What Go says when a document is of another type than it was to be read into. */
export function goTypeError(value: unknown, into: string): string {
  const type = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return `json: cannot unmarshal ${type} into Go value of type ${into}`;
}

/** The beginning of a body that could not be read: as text if it looks like JSON, else as hexadecimal digits. */
export function summary(body: string): string {
  if (body === "") return "<empty>";
  const bytes = Buffer.from(body);
  const more = bytes.length > 30 ? " ..." : "";
  const start = bytes.subarray(0, 30);
  return `${body.startsWith("{") ? start.toString() : start.toString("hex")}${more}`;
}
