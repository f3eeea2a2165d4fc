import { readBinDays } from "../install/bin.ts";
import type { Cloud } from "../install/entry.ts";
import { type ImageMirror, parseMirrors } from "../install/mirrors.ts";
import { SYSTEM_NAMESPACE } from "../model/resources.ts";
import { readSourcesConfig, type SourcesConfig } from "../sources/index.ts";

export interface ManagerConfig {
  contentDir: string;
  systemNamespace: string;
  cloud: Cloud;
  consoleHosts: string[];
  /** Where container images come from instead of their own registries. */
  imageMirrors: ImageMirror[];
  /** The container image in which commands of images run, with bash, kubectl and helm; absent: the cluster runs none. */
  runnerImage?: string;
  /** Absent: no metrics are served. */
  metricsPort?: number;
  metricsHost: string;
  version: string;
  /** How long other managers wait for a silent leader. */
  leaseSeconds: number;
  sources: SourcesConfig;
  /** Time between two looks at a registry that announces nothing. */
  pollSeconds: number;
  /** Time between two writings of what was used. */
  meteringSeconds: number;
  /** Days for which uninstalled apps can be restored. */
  binDays: number;
}

/** Reads the manager's configuration from its environment; the names are those of the web server. */
export function readManagerConfig(environment: Record<string, string | undefined>): ManagerConfig {
  const hubUrl = environment.HUB_URL || "http://localhost:3000";
  if (!URL.canParse(hubUrl)) throw new Error(`HUB_URL is not an address: ${hubUrl}`);
  const scheme = environment.CLOUD_SCHEME || "https";
  if (scheme !== "http" && scheme !== "https")
    throw new Error(`CLOUD_SCHEME is neither http nor https: ${scheme}`);
  const port = environment.METRICS_PORT;
  if (port && !/^\d+$/.test(port)) throw new Error(`METRICS_PORT is not a port: ${port}`);
  return {
    contentDir: environment.CONTENT_DIR || ".sandbox/content",
    systemNamespace: environment.SYSTEM_NAMESPACE || SYSTEM_NAMESPACE,
    cloud: {
      domain: environment.CLOUD_DOMAIN || "localhost",
      port: environment.CLOUD_PORT ?? "",
      scheme,
      certSecretName: environment.CERT_SECRET_NAME || "wildcard-cert",
    },
    consoleHosts: [new URL(hubUrl).hostname],
    imageMirrors: parseMirrors(environment.IMAGE_MIRRORS),
    ...(environment.RUNNER_IMAGE && { runnerImage: environment.RUNNER_IMAGE }),
    ...(port ? { metricsPort: Number(port) } : {}),
    leaseSeconds: Math.max(1, Math.round(Number(environment.LEASE_SECONDS) || 15)),
    sources: readSourcesConfig(environment),
    pollSeconds: Math.max(1, Number(environment.REGISTRY_POLL_SECONDS) || 300),
    meteringSeconds: Math.max(1, Number(environment.METERING_SECONDS) || 300),
    binDays: readBinDays(environment),
    metricsHost: environment.METRICS_HOST || "127.0.0.1",
    version: environment.HUB_VERSION || "0.1.0",
  };
}
