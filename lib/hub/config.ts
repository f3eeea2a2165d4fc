import { readFileSync } from "node:fs";
import { readBinDays } from "../install/bin.ts";
import { type ImageMirror, parseMirrors } from "../install/mirrors.ts";
import { SYSTEM_NAMESPACE } from "../model/resources.ts";
import { hostPatterns, readSourcesConfig, type SourcesConfig } from "../sources/index.ts";

export interface HubConfig {
  /** Public origin, e.g. `https://cloud.example.com`; decides cookies' Secure attribute and sign-in redirects. */
  url: string;
  systemNamespace: string;
  contentDir: string;
  sources: SourcesConfig;
  /**
   * Which registries may be asked about the container images that apps name (`CONTAINER_REGISTRIES`; `*` is every public
   * one). Images' authors choose those hosts, so none is asked unless an administrator says so.
   */
  containerRegistry(host: string): boolean;
  /** What registries that announce their pushes have to know; absent: nobody may. */
  registryEventsSecret?: string;
  /** Where container images come from instead of their own registries. */
  imageMirrors: ImageMirror[];
  /** The container image in which commands of images run, with bash, kubectl and helm; absent: the cluster runs none. */
  runnerImage?: string;
  cloudDomain: string;
  /** Port of app addresses; empty for 80 and 443. */
  cloudPort: string;
  cloudScheme: "http" | "https";
  certSecretName: string;
  /** Days for which uninstalled apps can be restored; the manager has the same setting. */
  binDays: number;
  /** Demo accounts, without a password: only ever on the sandbox. */
  demo: boolean;
  oidc?: { issuer: string; clientId: string; clientSecret: string; name: string };
  github?: { id: string; secret: string };
  /** Sign-in attempts per minute, for one client and for all together. */
  signInLimit: { client: number; all: number };
  sessionSeconds: number;
  /** How long a command line stays signed in. */
  cliSessionSeconds: number;
  /** Where people's own tools reach the API server; absent: they are not offered to. */
  kubernetes?: { url: string; certificateAuthority?: string };
  version: string;
  /** A port for `/healthz`, `/readyz` and `/metrics` alone; absent: the pages' port answers them all. */
  metrics?: { port: number; host: string };
}

type Environment = Record<string, string | undefined>;

/** Reads the web server's configuration. Throws with the variable's name when a pair is half set. */
export function readConfig(environment: Environment): HubConfig {
  const url = environment.HUB_URL || `http://localhost:${environment.PORT || "3000"}`;
  if (!URL.canParse(url)) throw new Error(`HUB_URL is not an address: ${url}`);
  return {
    url: new URL(url).origin,
    systemNamespace: environment.SYSTEM_NAMESPACE || SYSTEM_NAMESPACE,
    contentDir: environment.CONTENT_DIR || ".sandbox/content",
    imageMirrors: parseMirrors(environment.IMAGE_MIRRORS),
    ...(environment.RUNNER_IMAGE && { runnerImage: environment.RUNNER_IMAGE }),
    sources: readSourcesConfig(environment),
    containerRegistry: containerRegistries(environment.CONTAINER_REGISTRIES ?? ""),
    ...(environment.REGISTRY_EVENTS_SECRET && { registryEventsSecret: environment.REGISTRY_EVENTS_SECRET }),
    cloudDomain: environment.CLOUD_DOMAIN || "localhost",
    cloudPort: environment.CLOUD_PORT ?? "",
    cloudScheme: environment.CLOUD_SCHEME === "http" ? "http" : "https",
    certSecretName: environment.CERT_SECRET_NAME || "wildcard-cert",
    binDays: readBinDays(environment),
    demo: environment.HUB_DEMO === "1",
    ...oidc(environment),
    ...github(environment),
    signInLimit: {
      client: count(environment, "HUB_SIGNIN_LIMIT", 60),
      all: count(environment, "HUB_SIGNIN_LIMIT_ALL", 1200),
    },
    sessionSeconds: count(environment, "HUB_SESSION_SECONDS", 12 * 3600),
    cliSessionSeconds: count(environment, "HUB_CLI_SESSION_SECONDS", 7 * 24 * 3600),
    ...kubernetes(environment),
    version: environment.HUB_VERSION || "0.1.0",
    ...(environment.METRICS_PORT && {
      metrics: { port: count(environment, "METRICS_PORT", 0), host: environment.METRICS_HOST || "127.0.0.1" },
    }),
  };
}

function containerRegistries(text: string): (host: string) => boolean {
  return text.trim() === "*" ? () => true : hostPatterns(text);
}

/** Throws when the address is none or the file cannot be read. */
function kubernetes(environment: Environment): Pick<HubConfig, "kubernetes"> {
  const { KUBERNETES_PUBLIC_URL: url, KUBERNETES_PUBLIC_CA_FILE: file } = environment;
  if (!url) return {};
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`KUBERNETES_PUBLIC_URL is not an address: ${url}`);
  const certificateAuthority = file && readFileSync(file, "utf8");
  return {
    kubernetes: { url: url.replace(/\/$/, ""), ...(certificateAuthority && { certificateAuthority }) },
  };
}

function oidc(environment: Environment): Pick<HubConfig, "oidc"> {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = environment;
  if (!issuer && !clientId) return {};
  if (!issuer || !clientId || !clientSecret)
    throw new Error("OIDC needs OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together");
  return { oidc: { issuer, clientId, clientSecret, name: environment.OIDC_NAME || new URL(issuer).host } };
}

function github(environment: Environment): Pick<HubConfig, "github"> {
  const { GITHUB_ID: id, GITHUB_SECRET: secret } = environment;
  if (!id && !secret) return {};
  if (!id || !secret) throw new Error("GitHub sign-in needs GITHUB_ID and GITHUB_SECRET together");
  return { github: { id, secret } };
}

function count(environment: Environment, name: string, otherwise: number): number {
  const text = environment[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new Error(`${name} is not a positive whole number: ${text}`);
  return value;
}
