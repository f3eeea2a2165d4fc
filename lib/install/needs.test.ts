import { describe, expect, test } from "vitest";
import { readImage } from "../images/index.ts";
import type { Provider } from "../model/resources.ts";
import { type NeedSources, needsOf, plannedProviders } from "./needs.ts";
import { Offers } from "./offers.ts";
import type { ImageSource } from "./resolve.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const provider = (title: string, kind: string, zh = title) =>
  readImage(
    new Map([
      [
        "app.yaml",
        encode(`apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: ${title.toLowerCase()} }
spec:
  title: ${title}
  description: For a test.
  i18n: { zh: { title: ${zh} } }
  version: 1.0.0
  mode: provider
  provider:
    operator: { namespace: store }
    instances:
      - apiVersion: db.example.com/v1
        kind: ${kind}
        plural: ${kind.toLowerCase()}s
        title: ${kind}
        template: "kind: ${kind}"
        form: { type: object, properties: {} }
        columns: []
        status: { workloads: ignored }
        workloads: { kinds: [], selector: {} }
`),
      ],
      ["manifests/ns.yaml", encode("apiVersion: v1\nkind: Namespace\nmetadata: { name: store }\n")],
    ]),
  );

const STORED: Record<string, ReturnType<typeof provider>> = {
  "beta/store:latest": provider("Beta", "Store"),
  "beta/store:2.0.0": provider("Beta two", "Store"),
  "alpha/store:1.0.0": provider("Alpha", "Store", "甲"),
  "alpha/hidden:1.0.0": provider("Hidden", "Store"),
  "stranger/store:1.0.0": provider("Stranger", "Store"),
  "alpha/queue:1.0.0": provider("Queue", "Queue"),
};
/** A content store in which a digest is its reference. */
const images: ImageSource = {
  resolve: async (reference) => (reference in STORED ? reference : undefined),
  holds: async (_repository, digest) => digest in STORED,
  read: async (digest) => {
    const content = STORED[digest];
    if (!content) throw new Error(`no ${digest}`);
    return { content, size: 1, createdAt: "2026-01-01T00:00:00Z" };
  },
  list: async () => Object.keys(STORED).map((reference) => ({ reference, digest: reference })),
};
const STORE = { apiVersion: "db.example.com/v1", kind: "Store" };
const KIND = "Store.db.example.com";

function sources(
  more: Partial<Pick<NeedSources, "defaults" | "chosen">> & {
    installed?: Record<string, "Ready" | "Failed">;
    served?: boolean;
  } = {},
): NeedSources {
  const { installed = {}, served = false, ...given } = more;
  return {
    types: { find: async () => (served ? {} : undefined) } as unknown as NeedSources["types"],
    offers: new Offers(
      images,
      (org) => org !== "stranger",
      (name) => name !== "alpha.hidden",
    ),
    provider: (name) =>
      installed[name] && ({ metadata: { name }, status: { phase: installed[name] } } as Provider),
    defaults: {},
    ...given,
  };
}

async function need(given: NeedSources) {
  const needs = await needsOf([STORE], given);
  const [planned] = plannedProviders(needs);
  const [only] = needs;
  if (!only || !planned) throw new Error("there is no need");
  return { ...only, planned };
}

describe("of several providers of a kind", () => {
  test("the first by name is taken, those of organizations that are not trusted and private ones are not named", async () => {
    const { planned, satisfied } = await need(sources());
    expect(satisfied).toBe(false);
    expect(planned).toMatchObject({ kind: KIND, taken: "alpha/store:1.0.0", reason: "offer-first" });
    expect(planned.params).toEqual({ title: "Alpha", "title-zh": "甲" });
    const free = { trusted: true, installed: false };
    expect(planned.offers).toEqual([
      { image: "alpha/store:1.0.0", title: "Alpha", i18n: { zh: { title: "甲" } }, ...free },
      { image: "beta/store:latest", title: "Beta", i18n: { zh: { title: "Beta" } }, ...free },
    ]);
  });

  test("the administrators' default goes before it, with or without a tag", async () => {
    for (const image of ["beta/store", "beta/store:latest"]) {
      const { planned } = await need(sources({ defaults: { [KIND]: image } }));
      expect(planned).toMatchObject({ taken: "beta/store:latest", reason: "offer-default" });
    }
  });

  test("a default that cannot be used is passed over, and that is said", async () => {
    for (const image of ["stranger/store", "alpha/queue:1.0.0", "gone/store", "not an image"]) {
      const { planned } = await need(sources({ defaults: { [KIND]: image } }));
      expect(planned).toMatchObject({ taken: "alpha/store:1.0.0", reason: "offer-default-unfit" });
    }
  });

  test("what the installation chooses goes before the default, another tag of an offer too", async () => {
    for (const image of ["beta/store:latest", "beta/store:2.0.0"]) {
      const { planned, offer } = await need(
        sources({ defaults: { [KIND]: "alpha/store" }, chosen: [{ kind: KIND, image }] }),
      );
      expect(planned).toMatchObject({ taken: image, reason: "offer-chosen" });
      expect(offer?.digest).toBe(image);
    }
  });

  test("what is installed goes before everything, the one that is ready first", async () => {
    const chosen = [{ kind: KIND, image: "alpha/store:1.0.0" }];
    const { planned, satisfied } = await need(sources({ chosen, installed: { "beta.store": "Ready" } }));
    expect(satisfied).toBe(true);
    expect(planned).toMatchObject({ taken: "beta/store:latest", reason: "offer-installed-instead" });
    const both = await need(sources({ installed: { "alpha.store": "Failed", "beta.store": "Ready" } }));
    expect(both.planned).toMatchObject({ taken: "beta/store:latest", reason: "offer-installed" });
  });

  test("what is installed stays when its organization has lost its trust, or it is private, but not before it was ready", async () => {
    const ready = await need(sources({ installed: { "stranger.store": "Ready" } }));
    expect(ready.planned.taken).toBe("stranger/store:1.0.0");
    const hidden = await need(sources({ installed: { "alpha.hidden": "Ready" } }));
    expect(hidden.planned.taken).toBe("alpha/hidden:1.0.0");
    const failed = await need(sources({ installed: { "stranger.store": "Failed" } }));
    expect(failed.planned.taken).toBe("alpha/store:1.0.0");
    expect(failed.planned.offers.find(({ trusted }) => !trusted)?.installed).toBe(true);
  });

  test("none is taken where the cluster serves the kind anyway, and a wrong choice says nothing then", async () => {
    const chosen = [{ kind: KIND, image: "stranger/store:1.0.0" }];
    const { planned, satisfied, problem } = await need(sources({ served: true, chosen }));
    expect(satisfied).toBe(true);
    expect(problem).toBeUndefined();
    expect(planned).toMatchObject({ reason: "offer-served" });
    expect(planned.taken).toBeUndefined();
  });
});

test.each([
  ["is of an organization that is not trusted", "stranger/store:1.0.0", "choice-untrusted"],
  ["is private", "alpha/hidden:1.0.0", "choice-unfit"],
  ["brings another kind", "alpha/queue:1.0.0", "choice-unfit"],
  ["is a tag that is not there", "beta/store:9.9.9", "choice-unfit"],
  ["is not there at all", "alpha/nothing:1.0.0", "choice-unfit"],
])("a choice that %s is refused with its field and what fits", async (_, image, reason) => {
  const other = { kind: "Queue.db.example.com", image: "alpha/queue:1.0.0" };
  const { problem, offer, planned } = await need(sources({ chosen: [other, { kind: KIND, image }] }));
  expect(offer).toBeUndefined();
  expect(planned).toMatchObject({ reason });
  expect(planned.offers).toHaveLength(2);
  expect(problem).toMatchObject({ code: "input-invalid", reason });
  expect(problem?.fields).toMatchObject([{ field: "spec.providers[1].image", reason }]);
  expect(problem?.message).toContain("spec.providers[1].image");
  expect(problem?.message).toContain("alpha/store:1.0.0, beta/store:latest");
});
