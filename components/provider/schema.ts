import type { RJSFSchema, UiSchema } from "@rjsf/utils";
import type { FormSchema } from "./binding.ts";

/**
 * The schema as the form library gets it: titles and descriptions in the reader's language, and without defaults,
 * which belong into the object once and never come back by themselves.
 */
export function formSchema(schema: FormSchema, locale: string): RJSFSchema {
  const { default: _, "x-i18n": words, ...rest } = schema;
  const result: Record<string, unknown> = { ...rest, ...words?.[locale] };
  for (const keyword of ["items", "additionalProperties", "not", "if", "then", "else"]) {
    if (isSchema(result[keyword])) result[keyword] = formSchema(result[keyword], locale);
  }
  for (const keyword of ["properties", "$defs", "dependentSchemas"]) {
    const inner = result[keyword];
    if (isSchema(inner)) {
      result[keyword] = Object.fromEntries(
        Object.entries(inner).map(([name, each]) => [name, isSchema(each) ? formSchema(each, locale) : each]),
      );
    }
  }
  for (const keyword of ["allOf", "anyOf", "oneOf", "prefixItems"]) {
    const list = result[keyword];
    if (Array.isArray(list)) {
      result[keyword] = list.map((each) => (isSchema(each) ? formSchema(each, locale) : each));
    }
  }
  return result as RJSFSchema;
}

/** Which widget shows which field; the name cannot change once the object is there. */
export function uiSchema(schema: FormSchema, editing: boolean): UiSchema {
  const ui: UiSchema = { "ui:submitButtonOptions": { norender: true } };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const inner = uiOf(property);
    if (editing && property["x-path"] === "metadata.name") inner["ui:readonly"] = true;
    ui[name] = inner;
  }
  return ui;
}

function uiOf(schema: FormSchema): UiSchema {
  const ui: UiSchema = {};
  const hints = schema["x-ui"];
  if (hints?.widget && WIDGETS.has(hints.widget)) ui["ui:widget"] = hints.widget;
  if (hints?.placeholder) ui["ui:placeholder"] = hints.placeholder;
  if (isSchema(schema.items) && isChoice(schema)) ui["ui:widget"] = "checkboxes";
  for (const [name, property] of Object.entries(schema.properties ?? {})) ui[name] = uiOf(property);
  const { additionalProperties, items } = schema;
  if (isSchema(additionalProperties)) ui.additionalProperties = uiOf(additionalProperties);
  if (isSchema(items) && !isChoice(schema)) ui.items = uiOf(items);
  return ui;
}

const WIDGETS = new Set(["password", "textarea", "radio", "select", "quantity"]);

function isChoice(schema: FormSchema): boolean {
  return schema.uniqueItems === true && isSchema(schema.items) && Array.isArray(schema.items.enum);
}

function isSchema(value: unknown): value is FormSchema {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Names of the top-level fields that are folded away. */
export function advancedFields(schema: { properties?: Record<string, unknown> }): ReadonlySet<string> {
  return new Set(
    Object.entries(schema.properties ?? {})
      .filter(([, property]) => (property as FormSchema)["x-ui"]?.advanced === true)
      .map(([name]) => name),
  );
}
