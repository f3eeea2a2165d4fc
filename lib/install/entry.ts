import type { ImageContent } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { repositoryName } from "../model/names.ts";
import { APP_API_VERSION, type App, annotation, type Installation, label } from "../model/resources.ts";
import { listAt, textAt } from "./paths.ts";
import type { ResolvedImage } from "./resolve.ts";

export interface Cloud {
  /** Domain under which apps get their hosts. */
  domain: string;
  /** Port of app addresses; empty for the scheme's own. */
  port: string;
  scheme: "http" | "https";
  certSecretName: string;
}

/**
 * The app's address: where an `App` among its manifests points, else its first Ingress host that is no wildcard.
 * Undefined when people cannot open it.
 */
export function addressOf(objects: readonly KubernetesObject[], cloud: Cloud): string | undefined {
  const ingresses = objects.filter(({ kind }) => kind === "Ingress");
  const hosts = ingresses.flatMap((ingress) =>
    listAt(ingress, "spec.rules").map((rule) => ({
      host: textAt(rule, "host"),
      path: textAt(listAt(rule, "http.paths")[0], "path") ?? "/",
      tls: listAt(ingress, "spec.tls").length > 0,
    })),
  );
  const said = objects.find(isEntry);
  const url = textAt(said, "spec.data.url");
  if (url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) {
    const parsed = new URL(url);
    // Templates write https and no port; on a cloud with its own port or without TLS that would lead nowhere.
    if (hosts.some(({ host }) => host === parsed.hostname)) return onCloud(parsed, cloud);
    return parsed.href;
  }
  const first = hosts.find(({ host }) => host && !host.startsWith("*"));
  if (!first?.host) return undefined;
  const path = /^\/[\w./-]*$/.test(first.path) ? first.path.replace(/\/$/, "") : "";
  return onCloud(new URL(`${cloud.scheme}://${first.host}${path}/`), cloud);
}

function onCloud(url: URL, cloud: Cloud): string {
  url.protocol = `${cloud.scheme}:`;
  if (!url.port) url.port = cloud.port;
  const text = url.href;
  return url.pathname === "/" && !url.search && !url.hash ? text.replace(/\/$/, "") : text;
}

/** An image's own desktop entry; AppManager's takes its place. */
export function isEntry(object: KubernetesObject): boolean {
  return object.apiVersion === APP_API_VERSION && object.kind === "App";
}

export interface EntryRequest {
  installation: { name: string; namespace: string; uid?: string };
  image: { org: string; repo: string; digest: string };
  content: ImageContent;
  objects: readonly KubernetesObject[];
  address: string | undefined;
}

/** The image under the title that its installation gives it, if it does: of two clients one is of that database. */
export function titled(image: ResolvedImage, { metadata }: Pick<Installation, "metadata">): ResolvedImage {
  const title = metadata.annotations?.[annotation.title]?.trim();
  if (!title) return image;
  const i18n = Object.fromEntries(
    Object.entries(image.content.i18n).map(([locale, { title: _, ...rest }]) => [locale, rest]),
  );
  return { ...image, content: { ...image.content, title, i18n } };
}

/** The icon on the desktop, named like its Installation. Only a provider opens a page of the console. */
export function entryOf({ installation, image, content, objects, address }: EntryRequest): App {
  const said = objects.find(isEntry);
  const provider = content.mode === "provider";
  const kind = textAt(said, "spec.type");
  const url = provider ? `/providers/${repositoryName(image.org, image.repo)}` : address;
  const i18n = Object.entries(content.i18n).flatMap(([locale, { title }]) =>
    title ? [[locale, { name: title }] as const] : [],
  );
  return {
    apiVersion: APP_API_VERSION,
    kind: "App",
    metadata: {
      name: installation.name,
      namespace: installation.namespace,
      labels: { [label.managedBy]: "app-manager", [label.installation]: installation.name },
      ...(installation.uid
        ? {
            ownerReferences: [
              {
                apiVersion: "hub.sealos.io/v1alpha1",
                kind: "Installation",
                name: installation.name,
                uid: installation.uid,
              },
            ],
          }
        : {}),
    },
    spec: {
      name: content.title.slice(0, 256),
      icon: `/api/hub/repositories/${image.org}/${image.repo}/icon?digest=${image.digest}`,
      type: provider ? "app" : kind === "link" ? "link" : "iframe",
      displayType: "normal",
      data: {
        ...(url ? { url } : {}),
        ...(content.description ? { desc: content.description.slice(0, 4096) } : {}),
      },
      ...(i18n.length > 0 ? { i18n: Object.fromEntries(i18n) } : {}),
    },
  };
}
