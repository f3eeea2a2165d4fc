import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readFolder, readImage } from "../images/index.ts";
import { renderImage } from "./render.ts";
import { checkRules, type PolicyRule } from "./rules.ts";
import { corpusDefinitions, corpusTemplates, plausibleInputs, readTemplateFile } from "./testing/corpus.ts";
import { fileTypes } from "./testing/file-types.ts";
import { drawValues, validateInputs } from "./values.ts";

const repository = join(import.meta.dirname, "..", "..");
const templates = corpusTemplates();
const types = fileTypes(corpusDefinitions());
const context = {
  namespace: "ns-demo",
  cloudDomain: "apps.example.com",
  cloudPort: "443",
  certSecretName: "wildcard-cert",
  serviceAccount: "app",
};
const tenantRules = parseAllDocuments(
  readFileSync(join(repository, "deploy/rbac/10-tenant-roles.yaml"), "utf8"),
)
  .map((document) => document.toJS() as { metadata: { name: string }; rules: PolicyRule[] })
  .filter(({ metadata }) => /^hub-base-(viewer|editor)$/.test(metadata.name))
  .flatMap(({ rules }) => rules);

async function check(content: ReturnType<typeof readTemplateFile>) {
  const inputs = await validateInputs(content, plausibleInputs(content));
  const values = await drawValues(content, context, (bytes) => new Uint8Array(bytes).fill(7));
  const render = () => renderImage({ content, inputs, values, context, types });
  const rendered = await render();
  expect(await render()).toEqual(rendered);
  const checked = checkRules(rendered, {
    context,
    consoleHosts: ["hub.example.com"],
    hostsInUse: new Map(),
    tenantRules,
  });
  return { rendered, ...checked };
}

/** Mending that these templates need; snippets and wildcard Roles, which most have, are counted below. */
const mended: Record<string, string[]> = {
  kaneo: ["undeclared-value"],
  "lobe-chat-db": ["undeclared-value"],
  "one-api": ["unknown-field"],
  opencart: ["unknown-field"],
  "palworld-autobackup": ["unknown-field"],
  refly: ["duplicate-item"],
};
/** These run pods with the workspace's rights, which the plan says first. */
const withWorkspaceRights = new Set(["enshrouded", "palworld-autobackup", "palworld-export"]);
const refused: Record<string, string[]> = { nakama: ["foreign-namespace"] };

if (templates.length === 0) {
  it("the public templates are absent beside this repository, so they were not walked", () => {
    expect(templates).toEqual([]);
  });
} else {
  describe("public templates render, twice the same, and nothing is refused or mended but what must be", () => {
    it.each(templates)(
      "$name",
      async ({ name, path }) => {
        const { objects, blockers, notices } = await check(readTemplateFile(path));
        expect(objects.length).toBeGreaterThan(0);
        expect(JSON.stringify(objects)).not.toMatch(/\$\{\{|hubexpr\d/);
        expect(objects.every(({ namespaced }) => namespaced)).toBe(true);
        expect(blockers.map(({ code }) => code)).toEqual(refused[name] ?? []);
        expect(notices[0]?.code === "workspace-rights").toBe(withWorkspaceRights.has(name));
        const usual = /^(snippet-|role-narrowed|workspace-rights)/;
        expect(notices.map(({ code }) => code).filter((code) => !usual.test(code))).toEqual(
          mended[name] ?? [],
        );
      },
      30_000,
    );
  });
}

describe("the images that ship with the Hub render and are allowed", () => {
  const folders = ["images", "providers"].flatMap((parent) =>
    readdirSync(join(repository, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ name: `${parent}/${name}` })),
  );
  it.each(folders)(
    "$name",
    async ({ name }) => {
      const content = readImage(await readFolder(join(repository, name)));
      const { rendered, blockers } = await check(content);
      expect(rendered.notices).toEqual([]);
      expect(content.mode === "application" ? blockers : []).toEqual([]);
    },
    30_000,
  );
});
