import { isRecord } from "../../images/scan.ts";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { listAt } from "../paths.ts";

/** A host that an object wants answered by its own backends (or certified), and where it says so. */
export interface HostClaim {
  host: string;
  field: string;
}

const ALIAS_ANNOTATION = /(^|\/)(server-alias|alias|hostname|internal-hostname|target-hostname|host)$/;
const WWW_REDIRECT = "nginx.ingress.kubernetes.io/from-to-www-redirect";
const ROUTES = new Set(["HTTPRoute", "GRPCRoute", "TLSRoute"]);

/** Every host that an object claims. "" stands for all hosts. */
export function hostClaims(object: KubernetesObject): HostClaim[] {
  const claims: HostClaim[] = [];
  const add = (host: unknown, field: string) => {
    if (typeof host === "string" || host === undefined) claims.push({ host: normal(host ?? ""), field });
  };
  if (object.kind === "Ingress") {
    const rules = listAt(object, "spec.rules").filter(isRecord);
    for (const [index, { host }] of rules.entries()) add(host, `spec.rules[${index}].host`);
    // The controller then answers for the other spelling too.
    if (object.metadata.annotations?.[WWW_REDIRECT] === "true")
      for (const { host } of rules)
        if (typeof host === "string")
          add(host.startsWith("www.") ? host.slice(4) : `www.${host}`, `the annotation ${WWW_REDIRECT}`);
    if (isRecord(object.spec) && object.spec.defaultBackend !== undefined) add("", "spec.defaultBackend");
    for (const [index, tls] of listAt(object, "spec.tls").filter(isRecord).entries()) {
      for (const host of Array.isArray(tls.hosts) ? tls.hosts : []) add(host, `spec.tls[${index}].hosts`);
    }
  }
  if (ROUTES.has(object.kind)) {
    const hosts = listAt(object, "spec.hostnames");
    for (const host of hosts) add(host, "spec.hostnames");
    if (hosts.length === 0) add("", "spec.hostnames");
  }
  if (object.kind === "Certificate") {
    for (const host of listAt(object, "spec.dnsNames")) add(host, "spec.dnsNames");
    if (isRecord(object.spec) && object.spec.commonName) add(object.spec.commonName, "spec.commonName");
  }
  if (object.kind === "Ingress" || object.kind === "Service" || ROUTES.has(object.kind)) {
    for (const [key, value] of Object.entries(object.metadata.annotations ?? {})) {
      if (!ALIAS_ANNOTATION.test(key)) continue;
      for (const host of value.split(/[\s,]+/).filter(Boolean)) add(host, `the annotation ${key}`);
    }
  }
  return claims;
}

/** Hosts are compared without case and final dot. */
export function normal(host: string): string {
  return host.trim().toLowerCase().replace(/\.$/, "");
}
