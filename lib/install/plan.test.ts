import { describe, expect, test } from "vitest";
import { ApiError } from "../cluster/index.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { ProblemError } from "../model/problem.ts";
import { API_VERSION, type Provider } from "../model/resources.ts";
import { Offers } from "./offers.ts";
import { type PlanSources, planInstall } from "./plan.ts";
import { clusterWith, imagesOf, ours, quota, request, sources } from "./testing/plan.ts";

describe("the plan of an application", () => {
  test("names what would be made, writes nothing, and counts what it takes", async () => {
    const { cluster, applied } = clusterWith([quota("10")]);
    const plan = await planInstall(request(), sources(cluster, imagesOf("labring/web:1.0.0")));
    expect(plan).toMatchObject({ possible: true, blockers: [], mode: "application", title: "web" });
    expect(plan.objects.map(({ kind, operation }) => `${operation} ${kind}`).sort()).toEqual([
      "create ConfigMap",
      "create Deployment",
    ]);
    expect(plan.quota).toEqual([
      { resource: "pods", unit: "count", used: 1, added: 2, hard: 10, fits: true },
    ]);
    expect(applied.every(({ dryRun }) => dryRun)).toBe(true);
  });

  test("of an app that is there shows what would change, and what would go", async () => {
    const installation: KubernetesObject = {
      apiVersion: API_VERSION,
      kind: "Installation",
      metadata: { name: "web", namespace: "ns-a" },
      spec: { image: "labring/web:1.0.0" },
      status: {
        inventory: [
          { apiVersion: "v1", kind: "ConfigMap", name: "web", namespace: "ns-a" },
          { apiVersion: "v1", kind: "Service", name: "old", namespace: "ns-a" },
          { apiVersion: "v1", kind: "PersistentVolumeClaim", name: "data", namespace: "ns-a" },
        ],
      },
    };
    const live: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "web", namespace: "ns-a", labels: ours },
      data: { size: "large" },
    };
    const { cluster } = clusterWith([installation, live]);
    const plan = await planInstall(request(), sources(cluster, imagesOf("labring/web:1.0.0")));
    const operations = Object.fromEntries(plan.objects.map(({ kind, operation }) => [kind, operation]));
    expect(operations).toEqual({
      ConfigMap: "change",
      Deployment: "create",
      Service: "prune",
      PersistentVolumeClaim: "keep",
    });
    const changed = plan.objects.find(({ kind }) => kind === "ConfigMap");
    expect(changed?.diff).toContainEqual({ path: "data.size", before: "large", after: "small" });
  });

  test("is impossible where an object belongs to somebody else, and names it", async () => {
    const live: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "web", namespace: "ns-a" },
    };
    const { cluster, applied } = clusterWith([live]);
    const plan = await planInstall(request(), sources(cluster, imagesOf("labring/web:1.0.0")));
    expect(plan.possible).toBe(false);
    expect(plan.blockers).toMatchObject([{ code: "not-ours", object: { kind: "ConfigMap", name: "web" } }]);
    expect(applied.every(({ dryRun }) => dryRun)).toBe(true);
  });

  test("of a program says that it runs one, whose rights it has and what it is; without a runner image, what stops it", async () => {
    const { cluster } = clusterWith([]);
    const images = imagesOf("labring/scripted:1.0.0");
    const wanted = request("labring/scripted:1.0.0", {});
    const plan = await planInstall(wanted, sources(cluster, images, { runnerImage: "runner:1" }));
    expect(plan.possible).toBe(true);
    expect(plan.notices[0]).toMatchObject({
      ...{ level: "warning", code: "command-runs" },
      params: { account: "a", command: "bash run.sh" },
    });
    expect(plan.objects.map(({ kind }) => kind).sort()).toEqual(["ConfigMap", "Job", "Secret"]);
    expect(plan.rights).toMatchObject([{ subject: "a", level: "warning" }]);
    const refused = await planInstall(wanted, sources(cluster, images));
    expect(refused).toMatchObject({
      ...{ possible: false, objects: [] },
      blockers: [
        { code: "command-container", params: { file: "run.sh", line: 1, text: "helm upgrade -i a ./a" } },
      ],
    });
  });

  test("is impossible where the quota is too small, and says so once", async () => {
    const { cluster } = clusterWith([quota("2")]);
    const plan = await planInstall(request(), sources(cluster, imagesOf("labring/web:1.0.0")));
    expect(plan.possible).toBe(false);
    expect(plan.blockers.map(({ code }) => code)).toEqual(["quota-exceeded"]);
  });

  test("carries the cluster's own refusal to the object it is about", async () => {
    const { cluster } = clusterWith([], ({ kind }) => {
      if (kind === "Deployment")
        throw new ApiError(403, 'deployments.apps "web" is forbidden: no', { reason: "Forbidden" });
    });
    const plan = await planInstall(request(), sources(cluster, imagesOf("labring/web:1.0.0")));
    expect(plan.possible).toBe(false);
    expect(plan.objects.find(({ kind }) => kind === "Deployment")?.problem).toBeTruthy();
    expect(plan.objects.find(({ kind }) => kind === "ConfigMap")?.problem).toBeUndefined();
  });

  test("fails as a whole when the cluster does not answer", async () => {
    const { cluster } = clusterWith([], () => {
      throw new ApiError(0, "cannot be reached", { reason: "Unreachable" });
    });
    const plan = planInstall(request(), sources(cluster, imagesOf("labring/web:1.0.0")));
    await expect(plan).rejects.toThrow("cannot be reached");
  });

  test.each([
    [request("labring/nothing:1.0.0"), "image-unknown"],
    [request("not an image"), "image-unknown"],
    [request("labring/web:1.0.0", {}), "input-missing"],
  ])("of %o is refused as %s", async (asked, code) => {
    const { cluster, applied } = clusterWith([]);
    const plan = planInstall(asked, sources(cluster, imagesOf("labring/web:1.0.0")));
    await expect(plan).rejects.toMatchObject({ code });
    expect(applied).toEqual([]);
  });
});

describe("the plan of an image that has to be signed", () => {
  const unsigned = async ({ image }: { image: string }) =>
    new ProblemError("image-unsigned", `${image} is not signed`);
  const revision = (digest: string): KubernetesObject => ({
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "web-1", namespace: "ns-a", labels: ours },
    revision: 1,
    data: { image: "labring/web:1.0.0", digest, inputs: {}, inputsFrom: [], values: "web.values.1" },
  });
  const installed: KubernetesObject = {
    apiVersion: API_VERSION,
    kind: "Installation",
    metadata: { name: "web", namespace: "ns-a" },
    spec: { image: "labring/web:1.0.0" },
  };
  const blocked = { code: "image-unsigned", message: "labring/web:1.0.0 is not signed" };

  test("is impossible without a signature, unless it was installed before", async () => {
    const images = imagesOf("labring/web:1.0.0");
    const planned = async (...objects: KubernetesObject[]) =>
      (await planInstall(request(), sources(clusterWith(objects).cluster, images, { unsigned }))).blockers;
    expect(await planned()).toMatchObject([blocked]);
    expect(await planned(installed, revision("sha256:other"))).toMatchObject([blocked]);
    expect(await planned(installed, revision("labring/web:1.0.0"))).toEqual([]);
  });

  test("is impossible where a provider that comes along is not signed", async () => {
    const images = imagesOf("labring/needy:1.0.0", "labring/store:1.0.0");
    const onlyProvider: PlanSources["unsigned"] = async (image) =>
      image.name === "labring.store" ? unsigned(image) : undefined;
    const { blockers } = await planInstall(
      request("labring/needy:1.0.0", {}),
      sources(clusterWith([]).cluster, images, { unsigned: onlyProvider }),
    );
    expect(blockers).toMatchObject([
      { code: "image-unsigned", message: expect.stringContaining("labring/store") },
    ]);
  });

  test("of a provider is impossible, unless the cluster has it", async () => {
    const images = imagesOf("labring/store:1.0.0");
    const planned = (provider?: Provider) =>
      planInstall(
        request("labring/store:1.0.0", {}),
        sources(clusterWith([]).cluster, images, { unsigned, provider: () => provider }),
      );
    expect(await planned()).toMatchObject({ possible: false, blockers: [{ code: "image-unsigned" }] });
    const there: Provider = {
      apiVersion: API_VERSION,
      kind: "Provider",
      metadata: { name: "labring.store" },
      spec: { image: "labring/store@sha256:0" },
    };
    expect(await planned(there)).toMatchObject({ possible: true });
  });
});

describe("the plan of an app that needs a kind", () => {
  test("brings the provider that offers it", async () => {
    const { cluster } = clusterWith([]);
    const images = imagesOf("labring/needy:1.0.0", "labring/store:1.0.0");
    const plan = await planInstall(request("labring/needy:1.0.0", {}), sources(cluster, images));
    expect(plan.possible).toBe(true);
    expect(plan.brings).toMatchObject([{ image: "labring/store:1.0.0", installed: false }]);
  });

  test("is impossible while no administrator has granted the provider, and says so once", async () => {
    const { cluster } = clusterWith([]);
    const images = imagesOf("labring/needy:1.0.0", "labring/store:1.0.0");
    const asked: string[] = [];
    const objection = ({ name }: { name: string }) => {
      asked.push(name);
      return { message: "Ask.", reason: "not-granted" as const, params: { title: "store-provider" } };
    };
    const plan = await planInstall(
      request("labring/needy:1.0.0", {}),
      sources(cluster, images, { objection }),
    );
    expect(plan.possible).toBe(false);
    expect(plan.blockers).toEqual([
      { code: "not-granted", message: "Ask.", reason: "not-granted", params: { title: "store-provider" } },
    ]);
    expect(asked).toEqual(["labring.store"]);
  });

  test("is impossible while nobody that is trusted offers it, and names the kind", async () => {
    const { cluster } = clusterWith([]);
    const images = imagesOf("labring/needy:1.0.0", "labring/store:1.0.0");
    const offers = new Offers(
      images,
      () => false,
      () => true,
    );
    const plan = await planInstall(request("labring/needy:1.0.0", {}), sources(cluster, images, { offers }));
    expect(plan.possible).toBe(false);
    expect(plan.blockers[0]).toMatchObject({ code: "kind-missing" });
    expect(plan.blockers[0]?.message).toContain("Store (db.example.com/v1)");
  });
});

describe("the plan of a provider", () => {
  const images = imagesOf("labring/store:1.0.0");
  const provider = { metadata: { name: "labring.store" }, status: { phase: "Ready" } } as Provider;

  test("makes it where the cluster lacks it, and links to it where it is there", async () => {
    const { cluster, applied } = clusterWith([]);
    const asked = request("labring/store:1.0.0", {});
    const fresh = await planInstall(asked, sources(cluster, images));
    expect(fresh.objects).toMatchObject([{ kind: "Provider", name: "labring.store", operation: "create" }]);
    const linked = await planInstall(asked, sources(cluster, images, { provider: () => provider }));
    expect(linked.objects).toMatchObject([{ operation: "link" }]);
    expect(applied).toEqual([]);
  });

  test("needs an administrator's grant, unless the provider is there already", async () => {
    const { cluster } = clusterWith([]);
    const asked = request("labring/store:1.0.0", {});
    const objection = () => ({ message: "Ask an administrator." });
    const refused = await planInstall(asked, sources(cluster, images, { objection }));
    expect(refused).toMatchObject({ possible: false, blockers: [{ code: "not-granted" }] });
    const more = { objection, provider: () => provider };
    expect((await planInstall(asked, sources(cluster, images, more))).possible).toBe(true);
  });

  test("needs a trusted organization, unless the provider is there already", async () => {
    const { cluster } = clusterWith([]);
    const asked = request("labring/store:1.0.0", {});
    const isTrusted = () => false;
    const refused = await planInstall(asked, sources(cluster, images, { isTrusted }));
    expect(refused).toMatchObject({ possible: false, blockers: [{ code: "forbidden" }] });
    const linked = await planInstall(
      asked,
      sources(cluster, images, { isTrusted, provider: () => provider }),
    );
    expect(linked.possible).toBe(true);
  });
});
