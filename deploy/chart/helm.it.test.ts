import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { chart, NAMESPACE, openWorkbench, type Workbench } from "./testing/tools.ts";

let bench: Workbench;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub-helm-test-"));
  bench = await openWorkbench();
});
afterAll(async () => {
  await bench?.stop();
  await rm(directory, { recursive: true, force: true });
});

const previous = "0.1.0";

test("Helm installs, upgrades from the previous version, rolls back and uninstalls", async () => {
  await bench.makeNamespace();
  const former = await formerChart();
  const values = join(chart, "testing", "values.yaml");
  await bench.helm("install", "sealos-hub", former, "--namespace", NAMESPACE);
  await bench.fillSession();
  await bench.helm("upgrade", "sealos-hub", chart, "--namespace", NAMESPACE, "-f", values);
  const [status] = JSON.parse(await bench.helm("list", "--namespace", NAMESPACE, "-o", "json")) as Record<
    string,
    string
  >[];
  expect(status).toMatchObject({ status: "deployed", chart: `sealos-hub-${await version()}` });
  expect(await bench.session()).toBe("kept");
  await bench.helm("rollback", "sealos-hub", "1", "--namespace", NAMESPACE);
  expect(await bench.session()).toBe("kept");
  await bench.helm("uninstall", "sealos-hub", "--namespace", NAMESPACE);
  expect(await clusterWide()).toEqual([]);
});

/** The previous version as a chart: its manifest is its only template. */
async function formerChart(): Promise<string> {
  const folder = join(directory, "former");
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), `apiVersion: v2\nname: sealos-hub\nversion: ${previous}\n`);
  await writeFile(
    join(folder, "templates", "all.yaml"),
    await readFile(join(chart, "testing", previous, "manifest.yaml"), "utf8"),
  );
  return folder;
}

async function version(): Promise<string> {
  return (parseYaml(await readFile(join(chart, "Chart.yaml"), "utf8")) as { version: string }).version;
}

/** What the chart makes outside of namespaces and is there: `kind/name`. */
async function clusterWide(): Promise<string[]> {
  const kinds =
    "clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings";
  const names = await bench.kubectl("get", kinds, "-o", "name");
  return names.split("\n").filter((name) => /\/hub-/.test(name));
}
