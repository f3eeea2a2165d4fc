import { aliceIsKnown, emptied, icon, install, openApp, openImage, waitInstalled } from "../steps.ts";
import { expect, test } from "./hub.ts";

const REDIS = { apiVersion: "redis.redis.opstreelabs.in/v1beta2", kind: "Redis" };
const NAMESPACE = "ns-alice";

test("A Redis server made from its form answers PING to the password of its connection card", async ({
  hub,
  person,
}) => {
  await aliceIsKnown(hub, person);
  const page = await person("alice");
  await openImage(page, "Redis");
  await install(page, "Redis");
  await waitInstalled(page, "Redis");
  const window = await openApp(page, "Redis");
  await window.getByRole("link", { name: "Create Redis server" }).click();
  await window.getByRole("textbox", { name: /^Name/ }).first().fill("cache");
  await expect(window.getByText("The cluster accepts it")).toBeVisible();
  await window.getByRole("button", { name: "Create Redis server" }).click();
  await expect(window.getByText("Running: 1 of 1 ready.")).toBeVisible({ timeout: 60_000 });

  const entry = (name: string) =>
    window.getByRole("definition").filter({ has: page.getByRole("button", { name: `Copy ${name}` }) });
  await window.getByRole("button", { name: "Show secrets" }).click();
  const read = async (name: string) => (await entry(name).textContent())?.trim() ?? "";
  const [password, host, port] = [await read("Password"), await read("Host"), await read("Port")];
  expect(password).toMatch(/^\S{12,}$/);
  // From a pod, by name: through the name server and the Service to the server that really runs.
  const ask = (secret: string, ...command: string[]) => {
    const client = ["redis-cli", "-h", host, "-p", port, "--no-auth-warning", "-a", secret, ...command];
    return hub.kubectlAs(NAMESPACE, "alice", "exec", "cache-0", "-c", "cache", "--", ...client);
  };
  expect((await ask(password, "PING")).trim()).toBe("PONG");
  expect(await ask(`${password}-not`, "PING")).toMatch(/WRONGPASS|NOAUTH/);
  expect((await ask(password, "SET", "kept", "yes")).trim()).toBe("OK");

  await window.getByRole("tab", { name: "Logs" }).click();
  await expect(window.getByRole("region", { name: "Logs of cache-0" })).toContainText(
    "Ready to accept connections",
  );

  await hub.cluster.delete({ ...REDIS, namespace: NAMESPACE, name: "cache" });
  await expect(window.getByText("cache was deleted")).toBeVisible();
  await emptied(hub, NAMESPACE, [REDIS]);
  await expect(icon(page, "Redis")).toBeHidden();
});
