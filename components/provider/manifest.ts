import { type Document, parseDocument } from "yaml";
import type { KubernetesObject } from "../../lib/model/kubernetes.ts";
import {
  type FieldError,
  type FormData,
  formPathOf,
  type Leaf,
  type NameUse,
  rangeOf,
  readForm,
  renameIn,
  writeForm,
} from "./binding.ts";
import type { TextMark } from "./text-mark.ts";

/** A manifest under edit: the text is the truth, the form's data are read from it. */
export interface Manifest {
  text: string;
  data: FormData;
  /** Why the text cannot be read; the form keeps its last state meanwhile. */
  faults: TextMark[];
}

/** The manifest of a text. With faults in it, `previous` says what the form goes on showing. */
export function fromText(text: string, leaves: readonly Leaf[], previous: FormData = {}): Manifest {
  const document = parseDocument(text, { prettyErrors: false, logLevel: "error" });
  const faults = faultsOf(document);
  return { text, faults, data: faults.length > 0 ? previous : readForm(leaves, document.toJS()) };
}

/** The manifest after the form changed. Only what the form changed changes in the text. */
export function fromForm(
  manifest: Manifest,
  leaves: readonly Leaf[],
  data: FormData,
  rename?: { uses: readonly NameUse[]; namespace: string },
): Manifest {
  const document = parseDocument(manifest.text, { prettyErrors: false, logLevel: "error" });
  if (faultsOf(document).length > 0) return manifest;
  const name = () => String(document.getIn(["metadata", "name"]) ?? "");
  const before = name();
  writeForm(leaves, document, manifest.data, data);
  if (rename && name() !== before) renameIn(document, rename.uses, before, name(), rename.namespace);
  return { text: writeText(document, manifest.text), data, faults: [] };
}

/** The object that the text describes; undefined while it cannot be read. */
export function objectOf(manifest: Manifest): KubernetesObject | undefined {
  if (manifest.faults.length > 0) return undefined;
  return parseDocument(manifest.text, { logLevel: "error" }).toJS() as KubernetesObject;
}

/** Marks in the text for the errors that the cluster named by field. */
export function marksOf(text: string, errors: readonly FieldError[]): TextMark[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: "error" });
  return errors.map(({ field, message }) => {
    const range = rangeOf(document, field) ?? { from: 0, to: firstLine(text) };
    return { ...range, severity: "error", message: `${field}: ${message}` };
  });
}

/** The same errors at the form's fields; those that no field shows are apart. */
export function formErrors(leaves: readonly Leaf[], errors: readonly FieldError[]) {
  const placed: { path: string[]; message: string }[] = [];
  const rest: FieldError[] = [];
  for (const error of errors) {
    const path = formPathOf(leaves, error.field);
    if (path) placed.push({ path, message: error.message });
    else rest.push(error);
  }
  return { placed, rest };
}

function faultsOf(document: Document.Parsed | ReturnType<typeof parseDocument>): TextMark[] {
  const faults = document.errors.map<TextMark>((error) => ({
    from: error.pos[0],
    to: Math.max(error.pos[1], error.pos[0] + 1),
    severity: "error",
    message: error.message,
  }));
  if (faults.length > 0) return faults;
  const value: unknown = safely(() => document.toJS({ maxAliasCount: 50 }));
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return [];
  return [{ from: 0, to: firstLine(String(document)), severity: "error", message: "not an object" }];
}

/** Aliases that unfold without end throw; such a text is no object. */
function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function firstLine(text: string): number {
  const end = text.indexOf("\n");
  return end < 0 ? text.length : end;
}

/** Lists stay indented as their writer had them. */
function writeText(document: Document, before: string): string {
  const flush = /^( *)[^\s#-][^\n]*:[^\S\n]*(#[^\n]*)?\n\1- /m.test(before);
  return document.toString({ lineWidth: 0, indentSeq: !flush });
}
