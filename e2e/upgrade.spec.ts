import type { Page, TestInfo } from "@playwright/test";
import { application } from "../lib/manager/testing/cluster.ts";
import { API_VERSION, type Installation, type Repository } from "../lib/model/resources.ts";
import { expect, type FreshHub, type RunningHub, test } from "./hub.ts";
import { aliceIsKnown, emptied, icon, installed } from "./steps.ts";

const NAMESPACE = "ns-alice";
const PHONE = { width: 390, height: 844 };
const installation = { apiVersion: API_VERSION, kind: "Installation", namespace: NAMESPACE, name: "diary" };

const manifests = (image: string, more = "") => `
apiVersion: v1
kind: ConfigMap
metadata: { name: diary }
data: { greeting: "\${{ inputs.greeting }}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: diary }
spec:
  selector: { matchLabels: { app: diary } }
  template:
    metadata: { labels: { app: diary } }
    spec:
      containers:
        - name: diary
          image: docker.io/library/nginx:${image}
          env: [{ name: API_TOKEN, value: "drawn-for-${image}" }]
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { cpu: 10m, memory: 16Mi } }
${more}`;
const rights = `---
apiVersion: v1
kind: ServiceAccount
metadata: { name: diary }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: diary }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: diary }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: diary }
subjects: [{ kind: ServiceAccount, name: diary }]
`;
const inputs = (more = "") => `inputs:
  greeting: { type: string, default: hello }${more}`;
const region = "\n  region: { type: string, required: true }";

async function publish({ content }: FreshHub, tag: string, files: ReturnType<typeof application>) {
  await content.put(`labring/diary:${tag}`, files);
}

async function untilOffered({ cluster }: RunningHub, tag: string): Promise<void> {
  const available = async () => (await cluster.get<Installation>(installation)).status?.available?.tag;
  await expect.poll(available).toBe(tag);
}

const picture = (page: Page, info: TestInfo, name: string) =>
  page.screenshot({ path: info.outputPath(`${name}.png`), animations: "disabled" });

test.afterEach(({ hub }) => emptied(hub, NAMESPACE));

test("an upgrade is seen, understood and taken; one that fails says why and is gone back from", async ({
  hub,
  person,
}, info) => {
  await aliceIsKnown(hub, person);
  await publish(hub, "1.0.0", application("diary", manifests("1.27"), inputs()));
  await installed(hub, NAMESPACE, "diary", "labring/diary:1.0.0");
  await publish(hub, "2.0.0", application("diary", manifests("1.28", rights), inputs(region)));
  await untilOffered(hub, "2.0.0");
  const tags = [{ name: "2.0.0", releaseNotes: "Pages may have pictures now.\nStart-up is twice as fast." }];
  await hub.cluster.patch<Repository>(
    { apiVersion: API_VERSION, kind: "Repository", name: "labring.diary" },
    { spec: { tags } },
    { type: "merge" },
  );

  const page = await person("alice");
  await expect(icon(page, "diary")).toHaveAccessibleName(/2\.0\.0 available/);
  await picture(page, info, "desktop");
  await icon(page, "diary").click({ button: "right" });
  await expect(page.getByRole("menuitem", { name: "Upgrade to 2.0.0…" })).toBeVisible();
  await page.goto(`${hub.url}/installations/diary`);
  const notice = page.getByRole("region", { name: "2.0.0 is available" });
  await expect(notice).toContainText("Start-up is twice as fast.");
  await picture(page, info, "notice");
  await notice.getByRole("button", { name: "See what changes" }).click();

  const dialog = page.getByRole("dialog");
  const plan = dialog.getByRole("region", { name: "What will happen" });
  await expect(dialog).toContainText("Pages may have pictures now.");
  await dialog.getByText("More settings").click();
  await expect(dialog.getByRole("textbox", { name: /^Greeting/ })).toHaveValue("hello");
  await dialog.getByRole("textbox", { name: /^Region.*New/ }).fill("north");
  await expect(plan.getByText("The pods of Deployment")).toBeVisible();
  await expect(plan.getByText(/read in the workspace|read configmaps/).first()).toBeVisible();
  await expect(plan.getByText("New", { exact: true }).first()).toBeVisible();
  await expect(plan).toContainText("docker.io/library/nginx:1.28");
  await expect(plan).not.toContainText("drawn-for-1.28");
  await picture(page, info, "plan");
  await dialog.getByRole("button", { name: "Upgrade diary to 2.0.0" }).click();
  await expect(dialog.getByText("diary is ready and on your desktop.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  await publish(hub, "3.0.0", application("diary", manifests("does-not-exist", rights), inputs(region)));
  await expect(page.getByRole("region", { name: "3.0.0 is available" })).toBeVisible();
  await page.getByRole("button", { name: "See what changes" }).click();
  await dialog.getByRole("button", { name: "Upgrade diary to 3.0.0" }).click();
  const failure = dialog.getByRole("alert");
  await expect(failure).toContainText("nginx:does-not-exist");
  await picture(page, info, "failure");
  await failure.getByRole("button", { name: "Go back to 2.0.0" }).click();
  await expect(dialog).toContainText("Revision 2");
  await expect(dialog).toContainText("docker.io/library/nginx:1.28");
  await picture(page, info, "rollback");
  await dialog.getByRole("button", { name: "Go back to 2.0.0" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Running", { exact: true }).first()).toBeVisible();

  await page.getByRole("tab", { name: "Versions" }).click();
  const kept = page.getByRole("list", { name: "Revisions" }).getByRole("listitem");
  await expect(kept).toHaveCount(3);
  await expect(kept.first()).toContainText(/2\.0\.0\s*Now.*alice · in the page/s);
  await picture(page, info, "versions");
});

test("it reads in Chinese and on a phone, and what went back by itself says so", async ({
  hub,
  person,
}, info) => {
  await aliceIsKnown(hub, person);
  await publish(hub, "1.0.0", application("diary", manifests("1.27"), inputs()));
  await publish(hub, "3.0.0", application("diary", manifests("does-not-exist", rights), inputs()));
  await installed(hub, NAMESPACE, "diary", "labring/diary:1.0.0");
  await untilOffered(hub, "3.0.0");
  await hub.cluster.patch(
    installation,
    { spec: { image: "labring/diary:3.0.0", upgrade: { atomic: true, timeoutSeconds: 3 } } },
    { type: "merge" },
  );
  const upgrade = async () => (await hub.cluster.get<Installation>(installation)).status?.upgrade?.phase;
  await expect.poll(upgrade).toBe("RolledBack");

  const page = await person("alice", { locale: "zh-CN", viewport: PHONE });
  await page.goto(`${hub.url}/installations/diary`);
  await expect(
    page.getByRole("region", { name: "升级到 3.0.0 未能按时就绪，已自动回滚到 1.0.0" }),
  ).toContainText("nginx:does-not-exist");
  const notice = page.getByRole("region", { name: "有新版本 3.0.0" });
  await expect(notice).toBeVisible();
  await picture(page, info, "phone-notice");
  await notice.getByRole("button", { name: "查看变化" }).click();
  const dialog = page.getByRole("dialog");
  await expect(
    dialog.getByText("没有需要重启的内容").or(dialog.getByText("Deployment 的 Pod")),
  ).toBeVisible();
  await picture(page, info, "phone-plan");
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "版本" }).click();
  await expect(page.getByRole("list", { name: "历史版本" }).getByRole("listitem")).toHaveCount(2);
  await picture(page, info, "phone-versions");
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await sideways()).toBeLessThanOrEqual(0);
});
