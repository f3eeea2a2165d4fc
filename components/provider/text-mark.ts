/** A place in a text with something to say about it. */
export interface TextMark {
  from: number;
  to: number;
  severity: "error" | "warning";
  message: string;
}
