import { isAlreadyExists } from "../cluster/index.ts";
import type { LaunchView } from "../model/installation-views.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import type { ActionPhase, App, Installation } from "../model/resources.ts";
import { API_VERSION, APP_API_VERSION, label } from "../model/resources.ts";
import type { Hub } from "./hub.ts";
import { parseImage } from "./image-of.ts";

const PROVIDER_PAGE = /^\/providers\/([a-z0-9.-]+)$/;

/**
 * A double-click, or a closed window: starts the image's actions for that event as the member, and tells what the icon
 * opens. Actions run on their own; their outcome is in their ActionRun.
 */
export async function launch(
  hub: Hub,
  uid: string,
  namespace: string,
  appName: string,
  event: Extract<ActionPhase, "ON_RUN" | "ON_CLOSE">,
): Promise<LaunchView["opens"]> {
  const member = hub.members.clusterOf(uid, namespace);
  const app = await member.get<App>({ apiVersion: APP_API_VERSION, kind: "App", name: appName, namespace });
  const name = app.metadata.labels?.[label.installation];
  const ref = { apiVersion: API_VERSION, kind: "Installation", name: name ?? "", namespace };
  const installation = name ? await member.find<Installation>(ref) : undefined;
  const opened = opens(app, installation);
  const stopped = opened.type === "none" && opened.reason === "suspended";
  if (installation?.status?.digest && !stopped) {
    const content = await hub.catalogue.content(installation.status.digest, installation.spec.image);
    for (const action of content.actions.filter(({ phase }) => phase === event)) {
      const run: KubernetesObject = {
        apiVersion: API_VERSION,
        kind: "ActionRun",
        metadata: {
          name: `${installation.metadata.name}-${action.name}-${Date.now().toString(36)}`
            .slice(-63)
            .replace(/^[^a-z0-9]+/, ""),
          namespace,
          labels: { [label.installation]: installation.metadata.name },
        },
        spec: {
          installation: installation.metadata.name,
          action: action.name,
          ttlSecondsAfterFinished: 3600,
        },
      };
      await member.create(run).catch((error: unknown) => {
        // Two clicks within one millisecond: one run is enough.
        if (!isAlreadyExists(error)) throw error;
      });
    }
  }
  return opened;
}

function opens(app: App, installation: Installation | undefined): LaunchView["opens"] {
  if (installation?.spec.suspended || installation?.status?.phase === "Suspended")
    return { type: "none", reason: "suspended" };
  const url = app.spec.data?.url ?? "";
  const provider = PROVIDER_PAGE.exec(url)?.[1];
  if (app.spec.type === "app" && provider) return { type: "provider", provider };
  if (app.spec.type === "app" && installation?.status?.mode === "provider") {
    const { org, repo } = parseImage(installation.spec.image);
    return { type: "provider", provider: `${org}.${repo}` };
  }
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return { type: "address", url };
  return { type: "none", reason: url ? "address-refused" : "no-address" };
}
