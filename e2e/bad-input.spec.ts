import type { Page } from "@playwright/test";
import type { KubernetesObject } from "../lib/model/kubernetes.ts";
import type { Plan } from "../lib/model/plan.ts";
import { API_VERSION, type Installation } from "../lib/model/resources.ts";
import { expectProblem, objectsAtRest, objectsOf, send } from "./behind.ts";
import { expect, type RunningHub, test } from "./hub.ts";
import { refused } from "./refused-images.ts";

const NAMESPACE = "ns-alice";
const PLAN = `/api/namespaces/${NAMESPACE}/plan`;
const INSTALLATIONS = `/api/namespaces/${NAMESPACE}/installations`;

/** Opens the image's page and presses Install. */
async function openInstall(page: Page, hub: RunningHub, repo: string) {
  await page.goto(`${hub.url}/hub/labring/${repo}`);
  await page
    .getByRole("main")
    .getByRole("button", { name: /^(Install|安装)/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Presses Install in the dialog as soon as the plan allows it. */
async function press(page: Page, title: string): Promise<void> {
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `Install ${title}` })
    .click();
}

async function uninstall(page: Page, hub: RunningHub, name: string): Promise<void> {
  await send(page, hub, "DELETE", `${INSTALLATIONS}/${name}`);
  await expect
    .poll(() =>
      hub.cluster.find({ apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name }),
    )
    .toBeUndefined();
}

for (const { repo, title, what, code, says, way, before, after } of refused) {
  test(`refuses an image with ${what}, on the page and over the API, and changes nothing`, async ({
    hub,
    person,
  }) => {
    const page = await person("alice");
    await before?.(hub);
    try {
      const objects = await objectsAtRest(hub);

      const dialog = await openInstall(page, hub, repo);
      await expect(dialog.getByText(says).first()).toBeVisible();
      if (way) await expect(dialog.getByText(way).first()).toBeVisible();
      // An account of the cluster's means nothing to a person.
      await expect(dialog).not.toContainText("system:serviceaccount");
      await expect(dialog.getByRole("button", { name: `Install ${title}` })).toBeDisabled();

      const problem = await expectProblem(
        await send(page, hub, "POST", INSTALLATIONS, { image: `labring/${repo}`, inputs: {} }),
        code === "not-ours" ? 409 : 422,
        code,
      );
      expect(problem.detail).toMatch(says);
      const plan = await send(page, hub, "POST", PLAN, { image: `labring/${repo}`, inputs: {} });
      if (plan.ok()) expect(((await plan.json()) as Plan).possible).toBe(false);
      else await expectProblem(plan, 422, code);

      expect(await objectsOf(hub)).toEqual(objects);
    } finally {
      await after?.(hub);
    }
  });
}

test("says that there is no such image, and no such tag, with the way back to the Hub", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  const objects = await objectsAtRest(hub);
  for (const [address, sentence] of [
    ["labring/nothing-here", "There is no image labring/nothing-here in the Hub."],
    ["labring/asks?tag=v9.9.9", "The image labring/asks has no tag v9.9.9."],
  ] as const) {
    await page.goto(`${hub.url}/hub/${address}`);
    const alert = page.getByRole("alert").filter({ hasText: sentence });
    await expect(alert).toBeVisible();
    await expect(alert.getByRole("heading")).toContainText("could not be read");
    await page.getByRole("link", { name: "All images" }).click();
    await expect(page.getByRole("searchbox", { name: "Search images" })).toBeVisible();
  }
  for (const image of ["labring/nothing-here", "labring/asks:v9.9.9", "../../etc/passwd", "no slash"])
    await expectProblem(
      await send(page, hub, "POST", INSTALLATIONS, { image, inputs: {} }),
      404,
      "image-unknown",
    );
  expect(await objectsOf(hub)).toEqual(objects);
});

test("asks for a required input that is missing, at its field", async ({ hub, person }) => {
  const page = await person("alice");
  const objects = await objectsAtRest(hub);
  const dialog = await openInstall(page, hub, "asks");
  await expect(dialog.getByText("Fill in what is required")).toBeVisible();
  await press(page, "Asks for inputs");
  const field = dialog.getByRole("textbox", { name: "Colour" });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/^Please fill this in/);
  for (const path of [INSTALLATIONS, PLAN]) {
    const problem = await expectProblem(
      await send(page, hub, "POST", path, { image: "labring/asks", inputs: {} }),
      422,
      "input-missing",
    );
    expect(problem.fields).toMatchObject([{ field: "colour", message: expect.any(String) }]);
  }
  expect(await objectsOf(hub)).toEqual(objects);
});

test("refuses an input of the wrong type, at its field", async ({ hub, person }) => {
  const page = await person("alice");
  const objects = await objectsAtRest(hub);
  const dialog = await openInstall(page, hub, "asks");
  await dialog.getByRole("textbox", { name: "Colour" }).fill("red");
  const size = dialog.getByRole("textbox", { name: "Size" });
  await size.fill("big");
  await size.blur();
  await expect(size).toHaveAccessibleDescription(/^This must be a number/);
  await press(page, "Asks for inputs");
  await expect(size).toHaveAttribute("aria-invalid", "true");
  for (const inputs of [
    { colour: "red", size: "big" },
    { colour: "red", shape: "round" },
  ]) {
    const problem = await expectProblem(
      await send(page, hub, "POST", INSTALLATIONS, { image: "labring/asks", inputs }),
      422,
      "input-invalid",
    );
    expect(problem.fields?.map(({ field }) => field)).toEqual([Object.keys(inputs)[1]]);
  }
  await expectProblem(
    await send(page, hub, "POST", INSTALLATIONS, { image: "labring/asks", inputs: { colour: { a: 1 } } }),
    400,
    "bad-request",
  );
  expect(await objectsOf(hub)).toEqual(objects);
});

test("answers what is no proper request with a problem", async ({ hub, person }) => {
  const page = await person("alice");
  const objects = await objectsAtRest(hub);
  const json = { "content-type": "application/json" };
  for (const [body, status, code] of [
    ['{"image": ', 400, "bad-request"],
    ["[]", 400, "bad-request"],
    ['{"image": "labring/asks", "surprise": true}', 400, "bad-request"],
    ['{"image": "labring/asks", "name": "../alice"}', 400, "bad-request"],
    [JSON.stringify({ image: "labring/asks", inputs: { note: "x".repeat(2 << 20) } }), 413, "too-large"],
  ] as const)
    await expectProblem(await send(page, hub, "POST", INSTALLATIONS, Buffer.from(body), json), status, code);
  await expectProblem(await send(page, hub, "GET", "/api/nothing/here"), 404, "not-found");
  expect(await objectsOf(hub)).toEqual(objects);
});

test("never lets an input become structure of a manifest", async ({ hub, person }) => {
  const page = await person("alice");
  const objects = await objectsAtRest(hub);
  // A label takes no such text: the page says so at the field, before anything is installed.
  const dialog = await openInstall(page, hub, "asks");
  const colour = dialog.getByRole("textbox", { name: "Colour" });
  await colour.fill('red", "evil": "yes');
  await expect(colour).toHaveAccessibleDescription(/the label colour takes at most 63 letters, digits/);
  await expect(dialog.getByRole("button", { name: "Install Asks for inputs" })).toBeDisabled();
  const problem = await expectProblem(
    await send(page, hub, "POST", INSTALLATIONS, {
      image: "labring/asks",
      inputs: { colour: "red\n    evil: yes" },
    }),
    422,
    "manifest-refused",
  );
  expect(problem.fields?.map(({ field }) => field)).toEqual(["colour"]);
  expect(await objectsOf(hub)).toEqual(objects);

  // Where any text is allowed, it arrives as the text it is.
  const note = '"}\n---\nkind: Secret\n{evil: "yes" # ${{ inputs.colour }}';
  const answer = await send(page, hub, "POST", INSTALLATIONS, {
    image: "labring/asks",
    inputs: { colour: "red", note },
  });
  expect(answer.status()).toBe(201);
  try {
    const made = async () => {
      const { items } = await hub.cluster.list<KubernetesObject & { data: Record<string, string> }>({
        apiVersion: "v1",
        kind: "ConfigMap",
        namespace: NAMESPACE,
        labelSelector: "hub.sealos.io/installation=asks",
      });
      return items.map(({ data, metadata }) => ({ data, colour: metadata.labels?.colour }));
    };
    await expect.poll(made).toEqual([{ data: { size: "3", note }, colour: "red" }]);
  } finally {
    await uninstall(page, hub, "asks");
  }
});

test("says in plain words that a container image cannot be pulled, and offers every way on", async ({
  hub,
  person,
}) => {
  const page = await person("alice");
  await openInstall(page, hub, "no-such-tag");
  await press(page, "Missing container image");
  const dialog = page.getByRole("dialog");
  const failure = dialog.getByRole("alert");
  const sentence =
    "The image docker.io/library/nginx:does-not-exist cannot be pulled. Check its name and tag, and that the registry can be reached.";
  await expect(failure).toContainText(sentence);
  await expect(failure.getByRole("button", { name: "Change inputs" })).toBeVisible();
  await expect(failure.getByRole("button", { name: "Uninstall" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Open/, disabled: false })).toHaveCount(0);

  const retried = page.waitForResponse((response) => response.request().method() === "PATCH");
  await failure.getByRole("button", { name: "Try again" }).click();
  expect((await retried).status()).toBe(200);
  await expect(failure).toContainText(sentence);

  // It was tried again: for a moment it may be installing.
  const reference = {
    apiVersion: API_VERSION,
    kind: "Installation",
    namespace: NAMESPACE,
    name: "no-such-tag",
  };
  await expect
    .poll(async () => (await hub.cluster.get<Installation>(reference)).status)
    .toMatchObject({ phase: "Failed", code: "image-pull", message: sentence });

  await failure.getByRole("button", { name: "Change inputs" }).click();
  await dialog.getByRole("textbox", { name: "Tag" }).fill("1.29");
  await dialog.getByRole("button", { name: "Apply changes" }).click();
  await expect(dialog.getByText("Missing container image is ready and on your desktop.")).toBeVisible();

  await page.goto(`${hub.url}/installations/no-such-tag?uninstall=1`);
  const leave = page.getByRole("dialog", { name: "Uninstall Missing container image?" });
  await leave.getByRole("button", { name: "Uninstall Missing container image" }).click();
  await expect(page.getByText("no-such-tag is not installed here")).toBeVisible();
  const { items } = await hub.cluster.list({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: NAMESPACE,
    labelSelector: "hub.sealos.io/installation=no-such-tag",
  });
  expect(items).toEqual([]);
});

test("shows the last line of the log of a container that crashes", async ({ hub, person }) => {
  const page = await person("alice");
  await openInstall(page, hub, "crashing");
  await press(page, "Crashing container");
  const failure = page.getByRole("dialog").getByRole("alert");
  await expect(failure).toContainText(/The container main crashes with exit code \d+\. It last said: /);
  const log = failure.getByRole("region", { name: "Last lines of the log" });
  await expect(log).not.toBeEmpty();
  const last = ((await log.textContent()) ?? "").trim().split("\n").at(-1) ?? "";
  await expect(failure).toContainText(`It last said: ${last}`);
  await uninstall(page, hub, "crashing");
});

test("does not uninstall a provider while instances exist, and names them", async ({ hub, person }) => {
  const page = await person("alice");
  const installed = await send(page, hub, "POST", INSTALLATIONS, { image: "labring/redis", inputs: {} });
  expect(installed.ok()).toBe(true);
  const redis = {
    apiVersion: "redis.redis.opstreelabs.in/v1beta2",
    kind: "Redis",
    metadata: { name: "kept", namespace: NAMESPACE },
    spec: { kubernetesConfig: { image: "quay.io/opstree/redis:v7.0.15" } },
  };
  const ref = { ...redis, ...redis.metadata };
  const installation = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "redis" };
  await expect
    .poll(async () => (await hub.cluster.get<Installation>(installation)).status?.phase)
    .toBe("Running");
  await hub.cluster.discovery.refresh();
  await hub.cluster.create(redis);
  try {
    await page.goto(`${hub.url}/installations/redis?uninstall=1`);
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /^Uninstall/ }).click();
    await expect(dialog.getByRole("alert")).toContainText("Delete Redis/kept first; then uninstall again.");
    await expectProblem(await send(page, hub, "DELETE", `${INSTALLATIONS}/redis`), 409, "instances-exist");
    expect((await hub.cluster.get<Installation>(installation)).metadata.deletionTimestamp).toBeUndefined();
  } finally {
    await hub.cluster.delete(ref);
    await expect.poll(() => hub.cluster.find(ref)).toBeUndefined();
  }
  await uninstall(page, hub, "redis");
});

test("says in Chinese what stands in the way, what to do, and what failed", async ({ hub, person }) => {
  const page = await person("alice", { locale: "zh-CN" });
  const chinese = { "accept-language": "zh-CN" };
  const dialog = await openInstall(page, hub, "greedy");
  await expect(dialog.getByText(/工作空间配额不足：.*还差 884/).first()).toBeVisible();
  await expect(dialog.getByText("请卸载或停止一些应用腾出空间").first()).toBeVisible();
  await expect(dialog.getByRole("button", { name: "安装 More than the quota" })).toBeDisabled();
  const greedy = await expectProblem(
    await send(page, hub, "POST", INSTALLATIONS, { image: "labring/greedy", inputs: {} }, chinese),
    422,
    "quota-exceeded",
  );
  expect(greedy.title).toBe("工作空间配额不足");

  await openInstall(page, hub, "endless");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("表达式执行失败");

  await page.goto(`${hub.url}/hub/labring/nothing-here`);
  await expect(
    page.getByRole("alert").filter({ hasText: "镜像中心没有 labring/nothing-here" }),
  ).toBeVisible();

  const asks = await openInstall(page, hub, "asks");
  await asks.getByRole("button", { name: "安装 Asks for inputs" }).click();
  await expect(asks.getByRole("textbox", { name: "Colour" })).toHaveAccessibleDescription(/^请填写此项/);

  await openInstall(page, hub, "no-such-tag");
  await page.getByRole("dialog").getByRole("button", { name: "安装 Missing container image" }).click();
  const failure = page.getByRole("dialog").getByRole("alert");
  await expect(failure).toContainText("无法拉取镜像 docker.io/library/nginx:does-not-exist。");
  for (const name of ["重试", "修改参数", "卸载"])
    await expect(failure.getByRole("button", { name })).toBeVisible();
  await uninstall(page, hub, "no-such-tag");
});
