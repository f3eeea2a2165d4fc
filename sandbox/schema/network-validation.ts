import { isIP } from "node:net";
import {
  type Checker,
  checkLabels,
  isCIDR,
  LABEL,
  object,
  objects,
  PORT_NAME,
  SUBDOMAIN,
  type Validate,
  WILDCARD,
} from "./checks.ts";
import type { Json, JsonObject } from "./types.ts";

export const service: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  const ports = objects(spec.ports);
  const external = spec.type === "ExternalName";
  if (ports.length === 0 && !external && spec.clusterIP !== "None") check.at("ports").required();
  if (external && (spec.externalName === undefined || spec.externalName === ""))
    check.at("externalName").required();
  const names = new Set<string>();
  const numbers = new Set<string>();
  ports.forEach((port, i) => {
    const at = check.at("ports").at(i);
    const name = String(port.name ?? "");
    if (ports.length > 1 && name === "") at.at("name").required();
    if (name !== "") {
      at.at("name").matches(name, LABEL);
      if (names.has(name)) at.at("name").duplicate(name);
      names.add(name);
    }
    at.at("port").port(port.port ?? 0);
    at.at("protocol").oneOf(port.protocol ?? "", ["SCTP", "TCP", "UDP"]);
    const target = port.targetPort;
    if (typeof target === "string") at.at("targetPort").matches(target, PORT_NAME);
    else at.at("targetPort").port(target ?? 0);
    const key = `${port.protocol}/${port.port}`;
    if (numbers.has(key)) {
      at.duplicate({
        Name: "",
        Protocol: port.protocol ?? "",
        AppProtocol: null,
        Port: port.port ?? 0,
        TargetPort: 0,
        NodePort: 0,
      });
    }
    numbers.add(key);
  });
  check.at("type").oneOf(spec.type ?? "", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
  check.at("sessionAffinity").oneOf(spec.sessionAffinity ?? "", ["ClientIP", "None"]);
  checkLabels(spec.selector, check.at("selector"));
  const before = object(old?.spec);
  if (
    old &&
    !external &&
    before.type !== "ExternalName" &&
    before.clusterIP !== undefined &&
    spec.clusterIP !== undefined &&
    before.clusterIP !== spec.clusterIP
  ) {
    check.at("clusterIPs").at(0).invalid([spec.clusterIP], "may not change once set");
  }
};

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

export const ingress: Validate = (body, root) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  const rules = objects(spec.rules);
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    check.invalid(null, "either `defaultBackend` or `rules` must be specified");
  }
  if (spec.defaultBackend !== undefined)
    checkBackend(object(spec.defaultBackend), check.at("defaultBackend"));
  rules.forEach((rule, i) => {
    const at = check.at("rules").at(i);
    checkHost(rule.host, at.at("host"));
    if (rule.http === undefined) return;
    const paths = objects(object(rule.http).paths);
    if (paths.length === 0) at.at("http").at("paths").required();
    paths.forEach((path, j) => {
      checkPath(path, at.at("http").at("paths").at(j));
    });
  });
  objects(spec.tls).forEach((tls, i) => {
    (Array.isArray(tls.hosts) ? tls.hosts : []).forEach((host, j) => {
      const at = check.at("tls").at(i).at("hosts").at(j);
      at.matches(host, String(host).startsWith("*") ? WILDCARD : SUBDOMAIN);
    });
  });
};

function checkHost(host: Json | undefined, check: Checker): void {
  if (typeof host !== "string" || host === "") return;
  if (isIP(host) !== 0) check.invalid(host, "must be a DNS name, not an IP address");
  else check.matches(host, host.startsWith("*") ? WILDCARD : SUBDOMAIN);
}

function checkPath(path: JsonObject, check: Checker): void {
  if (path.pathType === undefined || path.pathType === null)
    check.at("pathType").required("pathType must be specified");
  else check.at("pathType").oneOf(path.pathType, PATH_TYPES);
  const text = String(path.path ?? "");
  if ((path.pathType === "Prefix" || path.pathType === "Exact" || text !== "") && !text.startsWith("/")) {
    check.at("path").invalid(text, "must be an absolute path");
  }
  checkBackend(object(path.backend), check.at("backend"));
}

function checkBackend(backend: JsonObject, check: Checker): void {
  const target = backend.service;
  if (target === undefined && backend.resource === undefined) {
    check.invalid("", "resource or service backend is required");
    return;
  }
  if (target === undefined) return;
  const port = object(object(target).port);
  if (port.name === undefined && (port.number === undefined || port.number === 0)) {
    check.required("port name or number is required");
  } else if (port.name === undefined) check.at("service").at("port").at("number").port(port.number);
  const name = String(object(target).name ?? "");
  if (name === "") check.at("service").at("name").required();
}

export const networkPolicy: Validate = (body, root) => {
  const spec = object(body.spec);
  for (const [field, peers] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    objects(spec[field]).forEach((rule, i) => {
      objects(rule[peers]).forEach((peer, j) => {
        const at = root.at("spec").at(field).at(i).at(peers).at(j);
        if (Object.keys(peer).length === 0) at.required("must specify a peer");
        if (peer.ipBlock === undefined) return;
        const cidr = String(object(peer.ipBlock).cidr ?? "");
        if (cidr === "") at.at("ipBlock").at("cidr").required();
        else if (!isCIDR(cidr)) {
          at.at("ipBlock")
            .at("cidr")
            .invalid(cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        }
      });
    });
  }
};
