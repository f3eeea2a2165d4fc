import { expect, test } from "vitest";
import { commandObjects } from "./objects.ts";

type Pod = {
  automountServiceAccountToken?: boolean;
  containers: { image: string; env: { name: string; valueFrom?: unknown; value?: string }[] }[];
  volumes: { configMap?: { items: { key: string }[] } }[];
};
const common = {
  ...{ name: "run-command-1", namespace: "ns-a", account: "a", seconds: 60 },
  script: { script: "true\n", env: { greeting: "hello" } },
};
const podOf = async (job: Parameters<typeof commandObjects>[0]) => {
  const [, , made] = await commandObjects(job);
  const { spec } = made as unknown as { spec: { template: { spec: Pod } } };
  return spec.template.spec;
};

test("commands in an image of their own get what they ask for of Secrets, and neither files nor a token", async () => {
  const secrets = { MYSQL_PWD: { name: "root", key: "rootPassword" } };
  const pod = await podOf({ ...common, runnerImage: "mysql:8", secrets });
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.containers[0]?.image).toBe("mysql:8");
  expect(pod.containers[0]?.env).toContainEqual({
    name: "MYSQL_PWD",
    valueFrom: { secretKeyRef: { name: "root", key: "rootPassword" } },
  });
  expect(pod.volumes[0]?.configMap?.items.map(({ key }) => key)).toEqual(["run.sh", "command.sh"]);
});

test("commands in the cluster's runner get the image's files and act as the workspace's account", async () => {
  const files = new Map([["a.yaml", Buffer.from("a: 1")]]);
  const pod = await podOf({
    ...common,
    runnerImage: "runner:1",
    workspace: { bytes: 4, files, env: {}, folder: "" },
  });
  expect(pod.automountServiceAccountToken).toBeUndefined();
  expect(pod.volumes[0]?.configMap?.items.map(({ key }) => key)).toContain("files.tar.gz");
});
