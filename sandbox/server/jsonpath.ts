import { isFields } from "./objects.ts";

type Step = (values: unknown[]) => unknown[];

/**
 * Compiles the JSONPath of a printer column: properties, quoted properties, indexes, `[*]` and filters
 * `[?(@.type=="Ready")]`. Throws for anything else.
 * https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function compileJsonPath(path: string): (value: unknown) => unknown[] {
  const steps = parse(
    path
      .trim()
      .replace(/^\$/, "")
      .replace(/^\{(.*)\}$/, "$1"),
  );
  return (value) => steps.reduce((values, step) => step(values), [value] as unknown[]);
}

const TOKEN =
  /^(?:\.?\[\s*\?\(\s*@\.?([^=!<>\s]*)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]*))\s*\)\s*\]|\.?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]|\.?\[\s*(\*|-?\d+)\s*\]|\.((?:\\.|[^.[\\])+))/;

function parse(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path.startsWith(".") || path.startsWith("[") ? path : `.${path}`;
  while (rest && rest !== ".") {
    const match = TOKEN.exec(rest);
    if (!match) throw new Error(`the JSON path ${path} is not understood at ${rest}`);
    rest = rest.slice(match[0].length);
    const [, field, operator, double, single, bare, quoted, quoted2, index, property] = match;
    if (operator) steps.push(filter(field ?? "", operator === "==", double ?? single ?? bare ?? ""));
    else if (index !== undefined) steps.push(index === "*" ? all : nth(Number(index)));
    else steps.push(get((quoted ?? quoted2 ?? property ?? "").replace(/\\(.)/g, "$1")));
  }
  return steps;
}

const all: Step = (values) =>
  values.flatMap((value) => (Array.isArray(value) ? value : isFields(value) ? Object.values(value) : []));

function nth(index: number): Step {
  return (values) => values.flatMap((value) => (Array.isArray(value) ? (value.at(index) ?? []) : []));
}

function get(property: string): Step {
  return (values) =>
    values.flatMap((value) => {
      const found = isFields(value) ? value[property] : undefined;
      return found === undefined ? [] : [found];
    });
}

function filter(field: string, equal: boolean, wanted: string): Step {
  const path = field ? parse(field) : [];
  return (values) =>
    values.flatMap((value) =>
      (Array.isArray(value) ? value : []).filter((item) => {
        const found = path.reduce((current, step) => step(current), [item] as unknown[])[0];
        return (String(found) === wanted) === equal;
      }),
    );
}
