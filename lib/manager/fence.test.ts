import { expect, test } from "vitest";
import { Cluster } from "../cluster/index.ts";
import { fenced } from "./fence.ts";

/** A cluster that answers nothing and notes what it is asked, and for whom. */
function noting(): { cluster: Cluster; asked: string[] } {
  const asked: string[] = [];
  const note = (view: Cluster, user: string): Cluster => {
    view.request = async (method, path) => {
      asked.push(`${user}${method} ${path}`);
      return {};
    };
    const as = view.as.bind(view);
    view.as = (next) => note(as(next), next && `${next}: `);
    return view;
  };
  return { cluster: note(Cluster.at("http://127.0.0.1:9"), ""), asked };
}

const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b" } };

test("a leader reads and writes, in its own name and in others'", async () => {
  const { cluster, asked } = noting();
  const own = fenced(cluster, () => true);
  await own.request("GET", "/version");
  await own.request("POST", "/things");
  await own.as("ns-a:installer").request("PATCH", "/things/x");
  expect(asked).toEqual(["GET /version", "POST /things", "ns-a:installer: PATCH /things/x"]);
});

test("once the lease may be another's nothing is written any more, whoever asks and however", async () => {
  const { cluster, asked } = noting();
  let leading = true;
  const own = fenced(cluster, () => leading);
  const installer = own.as("ns-a:installer");
  leading = false;
  for (const view of [own, installer, installer.as("ns-b:installer")]) {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"])
      await expect(view.request(method, "/things"), method).rejects.toThrow("another manager's");
    await view.request("GET", "/things");
  }
  await expect(own.create(config)).rejects.toThrow();
  expect(asked.filter((line) => !line.includes("GET"))).toEqual([]);
});

test("the cluster that was given stays as it was", async () => {
  const { cluster, asked } = noting();
  fenced(cluster, () => false);
  await cluster.request("POST", "/lease");
  expect(asked).toEqual(["POST /lease"]);
});
