import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSources } from "./render.ts";
import { fileTypes } from "./testing/file-types.ts";

const types = fileTypes();
/** One input in every place a scalar can stand: plain, quoted, folded, literal, in a flow list, beside text, as a key. */
const text = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: fixed
  annotations:
    plain: \${{ inputs.x }}
    beside: before \${{ inputs.x }} after
    "\${{ inputs.k }}": key
data:
  single: '\${{ inputs.x }}'
  double: "\${{ inputs.x }}\\t\${{ inputs.x }}"
  flow: "x"
  literal: |-
    first
      \${{ inputs.x }}
    last
  folded: >-
    one
    \${{ inputs.x }}
---
apiVersion: example.com/v1
kind: Anything
metadata: { name: fixed }
spec:
  list: [\${{ inputs.x }}, '\${{ inputs.x }}', end]
  map: { a: \${{ inputs.x }}, b: 1 }
  \${{ if(inputs.x !== 'never') }}
  more:
    - \${{ inputs.x }}
    - key: \${{ inputs.x }}
  \${{ endif() }}
`;

async function render(x: string) {
  const source = { path: "app.yaml", text, line: 1 };
  const scope = { inputs: { x, k: "k" } };
  return (await renderSources([source], scope, "ns-a", types)).objects.map(({ object }) => object);
}

/** Keys and list lengths, without the scalars. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return "scalar";
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]));
}

const nasty = [
  ...[
    "a: b",
    "- a",
    "{{ x }}",
    "${{ inputs.x }}",
    "'",
    '"',
    "''",
    '"}, {"',
    "\n---\n",
    "\nkind: Secret\n",
    "|",
    ">",
  ],
  ...[
    "# no comment",
    "&a",
    "*a",
    "!!binary x",
    "[",
    "{",
    "}",
    "]",
    "}}",
    "%YAML 1.1",
    "\t",
    "\r\n",
    " ",
    "",
    "null",
  ],
  ...[
    "~",
    "true",
    "0x10",
    "1e3",
    "-",
    "?",
    "<<",
    "hubexpr0n0z",
    "hubexpr0n1z",
    "\u2028",
    "\u0085",
    "\ufeff",
    "💣",
  ],
  ...["$(rm -rf /)", "$&", "$1", "$$", "`", "\\", "\\n", "__proto__"],
];
const value = fc.oneof(
  fc.constantFrom(...nasty),
  fc
    .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary" })), { maxLength: 6 })
    .map((each) => each.join("")),
);

describe("whatever an input holds", () => {
  it("the objects keep their shape, and text arrives byte by byte", async () => {
    const harmless = shape(await render("harmless"));
    await fc.assert(
      fc.asyncProperty(value, async (x) => {
        const objects = await render(x);
        expect(shape(objects)).toEqual(harmless);
        expect(objects[0]).toMatchObject({
          metadata: { annotations: { plain: x, beside: `before ${x} after` } },
          data: { single: x, double: `${x}\t${x}`, literal: `first\n  ${x}\nlast`, folded: `one ${x}` },
        });
        const { spec } = objects[1] as unknown as { spec: { list: unknown[]; map: { a: unknown } } };
        expect(spec.list[1]).toBe(x);
        expect(String(spec.list[0])).toBe(x);
        expect(String(spec.map.a)).toBe(x);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("a key stays one key", async () => {
    await fc.assert(
      fc.asyncProperty(value, async (k) => {
        const source = {
          path: "app.yaml",
          text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {"${{ inputs.k }}": x}',
          line: 1,
        };
        const { objects } = await renderSources([source], { inputs: { k } }, "ns-a", types);
        expect(Object.entries(objects[0]?.object.data ?? {})).toEqual([[k, "x"]]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
