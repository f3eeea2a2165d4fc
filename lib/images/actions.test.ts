import { describe, expect, it } from "vitest";
import { readAction } from "./actions.ts";

const read = (spec: string) =>
  readAction(
    {
      path: "actions/a.yaml",
      text: `apiVersion: actions.sealos.io/v1\nkind: Action\nmetadata: { name: a }\nspec:\n${spec.replace(/^/gm, "  ")}`,
      line: 1,
    },
    [],
  );
const target = { apiVersion: "example.com/v1", kind: "Thing" };
const other = { ...target, kind: "Other" };

describe("an action", () => {
  it("is one for each kind that it targets, and patches the instance unless it says otherwise", () => {
    const actions = read(`target:
  - { apiVersion: example.com/v1, kind: Thing }
  - { apiVersion: example.com/v1, kind: Other }
patch:
  - patch: "spec: { a: 1 }"
  - target: { apiVersion: v1, kind: Pod, selector: { app: $(INSTANCE) } }
    type: json
    patch: [{ op: remove, path: /spec }]`);
    const pods = { apiVersion: "v1", kind: "Pod", selector: { app: "$(INSTANCE)" } };
    expect(actions.map((each) => each.target)).toEqual([target, other]);
    expect(actions[1]?.patch).toEqual([
      { target: { ...other, name: "$(INSTANCE)" }, type: "merge", patch: "spec: { a: 1 }" },
      { target: pods, type: "json", patch: '[{"op":"remove","path":"/spec"}]' },
    ]);
  });

  it("makes objects whose expressions stand as they were written", () => {
    const [action] = read(`target: { apiVersion: example.com/v1, kind: Thing }
create:
  - apiVersion: v1
    kind: Secret
    metadata: { name: "\${{ inputs.x.replace(/\\\\D/g, '') }}" }
  - object: { apiVersion: v1, kind: Pod, metadata: { name: p } }
    existing: keep`);
    expect(action?.create).toEqual([
      {
        ...{ apiVersion: "v1", kind: "Secret" },
        text: `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"\${{ inputs.x.replace(/\\D/g, '') }}"}}`,
      },
      {
        ...{ apiVersion: "v1", kind: "Pod", keep: true },
        text: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}',
      },
    ]);
  });

  it("says what an operator makes of an object, by an expression and not by text", () => {
    const create = (like: string) =>
      read(`target: { apiVersion: example.com/v1, kind: Thing }
create:
  object: { apiVersion: example.com/v1, kind: Request, metadata: { name: r } }
  makes: { apiVersion: example.com/v1, kind: Thing, name: "\${{ inputs.name }}", like: ${JSON.stringify(like)} }`);
    expect(create("object")[0]?.create).toMatchObject([
      { kind: "Request", makes: { kind: "Thing", name: "${{ inputs.name }}", like: "object" } },
    ]);
    expect(() => create("${{ object }}")).toThrow("actions/a.yaml:7: spec.create");
  });

  it("makes an object from a part of another, and follows the Job that it makes", () => {
    const [action] = read(`target: { apiVersion: example.com/v1, kind: Thing }
create:
  object: { apiVersion: batch/v1, kind: Job, metadata: { name: now } }
  from: { apiVersion: batch/v1, kind: CronJob, name: nightly-$(INSTANCE), path: spec.jobTemplate }
  follow: true`);
    const from = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      name: "nightly-$(INSTANCE)",
      path: "spec.jobTemplate",
    };
    expect(action?.create).toMatchObject([{ kind: "Job", from, follow: true }]);
  });

  it.each([
    [
      "object: { apiVersion: v1, kind: ConfigMap, metadata: { name: c } }\n  from: { apiVersion: v1, kind: Secret, name: s, path: data }",
      "copies from a Secret",
    ],
    [
      "object: { apiVersion: v1, kind: Pod, metadata: { name: p } }\n  follow: true",
      "follows what it cannot",
    ],
    [
      "object: { apiVersion: batch/v1, kind: Job, metadata: { name: j } }\n  follow: true\n  existing: keep",
      "follows what it cannot",
    ],
  ])("that would make %j is refused", (create, message) => {
    expect(() => read(`target: { apiVersion: example.com/v1, kind: Thing }\ncreate:\n  ${create}`)).toThrow(
      message,
    );
  });

  it("runs in an image that it names, with variables from Secrets, objects before it and patches after it", () => {
    const [action] = read(`target: { apiVersion: example.com/v1, kind: Thing }
create: { apiVersion: v1, kind: Secret, metadata: { name: s } }
image: "db:\${{ object.spec.version }}"
env: { PASSWORD: { secret: { name: s, key: password } }, WHO: "\${{ inputs.who }}" }
cmd: [db --help]
patch: { patch: "spec: { a: 1 }" }`);
    expect(action).toMatchObject({
      image: "db:${{ object.spec.version }}",
      env: { PASSWORD: { secret: { name: "s", key: "password" } }, WHO: { value: "${{ inputs.who }}" } },
    });
  });

  it.each([
    ["cmd: [x]\nimage: db:1", "only cmd of one with a target may"],
    [
      "target: { apiVersion: v1, kind: T }\nimage: db:1\npatch: { patch: 'a: 1' }",
      "only cmd of one with a target may",
    ],
    ["target: { apiVersion: v1, kind: T }\nenv: { A: b }\ncmd: [x]", "only cmd of one with a target may"],
    ["target: { apiVersion: v1, kind: T }\nimage: db:1\nenv: { LD_PRELOAD: b }\ncmd: [x]", "env"],
    ["target: { apiVersion: v1, kind: T }\nimage: db:1\nenv: { PATH: b }\ncmd: [x]", "env"],
    ["create: { apiVersion: v1, kind: Pod, metadata: { name: p } }", "only one with a target may"],
    [
      "patch: { target: { apiVersion: v1, kind: Pod, selector: { a: b } }, patch: 'a: 1' }",
      "only one with a target may",
    ],
    ["patch: { patch: 'a: 1' }", "only one with a target may"],
    ["patch: { target: { apiVersion: v1, kind: Pod }, patch: 'a: 1' }", "patch"],
    ["patch: { target: { apiVersion: v1, kind: Pod, selector: {} }, patch: 'a: 1' }", "patch"],
    [
      "target: { apiVersion: v1, kind: T }\ncreate: { apiVersion: v1, kind: Pod, metadata: { name: p } }\ncmd: [x]",
      "exactly one of patch, create, apply, delete and cmd",
    ],
  ])("that says %j is refused", (spec, message) => {
    expect(() => read(spec)).toThrow(message);
  });
});
