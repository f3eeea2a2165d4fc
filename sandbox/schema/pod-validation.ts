import {
  type Checker,
  checkLabels,
  checkResources,
  ENVIRONMENT,
  LABEL,
  object,
  objects,
  PORT_NAME,
  SUBDOMAIN,
} from "./checks.ts";
import type { Json, JsonObject } from "./types.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** What the API server refuses in a pod's spec; `check` stands at the spec. */
export function checkPodSpec(spec: JsonObject, check: Checker): void {
  const volumes = checkVolumes(spec.volumes, check.at("volumes"));
  const containers = objects(spec.containers);
  if (containers.length === 0) check.at("containers").required();
  const names = new Set<string>();
  containers.forEach((each, i) => {
    checkContainer(each, volumes, names, check.at("containers").at(i), "containers");
  });
  objects(spec.initContainers).forEach((each, i) => {
    checkContainer(each, volumes, names, check.at("initContainers").at(i), "initContainers");
  });
  check.at("restartPolicy").oneOf(spec.restartPolicy ?? "", ["Always", "OnFailure", "Never"]);
  check
    .at("dnsPolicy")
    .oneOf(spec.dnsPolicy ?? "", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
  checkLabels(spec.nodeSelector, check.at("nodeSelector"));
  for (const field of ["serviceAccountName", "nodeName", "priorityClassName"]) {
    if (spec[field] !== undefined && spec[field] !== "") check.at(field).matches(spec[field], SUBDOMAIN);
  }
  for (const field of ["hostname", "subdomain"]) {
    if (spec[field] !== undefined && spec[field] !== "") check.at(field).matches(spec[field], LABEL);
  }
  if (spec.hostNetwork === true) {
    containers.forEach((container, i) => {
      objects(container.ports).forEach((port, j) => {
        if (port.hostPort !== undefined && port.hostPort !== port.containerPort) {
          check
            .at("containers")
            .at(i)
            .at("ports")
            .at(j)
            .at("hostPort")
            .invalid(port.hostPort, "must match `containerPort` when `hostNetwork` is true");
        }
      });
    });
  }
}

function checkVolumes(list: Json | undefined, check: Checker): Set<string> {
  const names = new Set<string>();
  objects(list).forEach((volume, i) => {
    const at = check.at(i);
    const name = String(volume.name ?? "");
    if (name === "") at.at("name").required();
    else {
      at.at("name").matches(name, LABEL);
      if (names.has(name)) at.at("name").duplicate(name);
    }
    names.add(name);
    const kinds = Object.keys(volume).filter((key) => key !== "name");
    for (const second of kinds.sort(byOrder).slice(1))
      at.at(second).forbidden("may not specify more than 1 volume type");
    if (kinds.length === 0) at.required("must specify a volume type");
    const claim = volume.persistentVolumeClaim;
    if (claim !== undefined && String(object(claim).claimName ?? "") === "")
      at.at("persistentVolumeClaim").at("claimName").required();
    const secret = volume.secret;
    if (secret !== undefined && String(object(secret).secretName ?? "") === "")
      at.at("secret").at("secretName").required();
  });
  return names;
}

/** The order in which the API server looks at volume types: the later of two is the one too many. */
const ORDER = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "secret",
  "nfs",
  "persistentVolumeClaim",
  "configMap",
  "downwardAPI",
  "projected",
  "csi",
  "ephemeral",
];
const byOrder = (a: string, b: string) => ORDER.indexOf(a) - ORDER.indexOf(b);

function checkContainer(
  container: JsonObject,
  volumes: Set<string>,
  names: Set<string>,
  check: Checker,
  kind: "containers" | "initContainers",
): void {
  const name = String(container.name ?? "");
  if (name === "") check.at("name").required();
  else {
    check.at("name").matches(name, LABEL);
    if (names.has(name)) check.at("name").duplicate(name);
  }
  names.add(name);
  const image = String(container.image ?? "");
  if (image === "") check.at("image").required();
  else if (image !== image.trim())
    check.at("image").invalid(image, "must not have leading or trailing whitespace");
  check.at("imagePullPolicy").oneOf(container.imagePullPolicy ?? "", ["Always", "IfNotPresent", "Never"]);
  checkPorts(container.ports, check.at("ports"));
  checkEnvironment(container.env, check.at("env"));
  checkMounts(container.volumeMounts, volumes, check.at("volumeMounts"));
  checkResources(object(container.resources), check.at("resources"));
  if (kind === "containers" || container.restartPolicy === "Always") {
    for (const field of ["livenessProbe", "readinessProbe", "startupProbe"]) {
      if (container[field] !== undefined) checkProbe(object(container[field]), field, check.at(field));
    }
  } else {
    for (const field of ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"]) {
      if (container[field] !== undefined) {
        check.at(field).forbidden("may not be set for init containers without restartPolicy=Always");
      }
    }
  }
}

function checkPorts(list: Json | undefined, check: Checker): void {
  const names = new Set<string>();
  objects(list).forEach((port, i) => {
    const at = check.at(i);
    if (port.name !== undefined && port.name !== "") {
      const name = String(port.name);
      at.at("name").matches(name, PORT_NAME);
      if (names.has(name)) at.at("name").duplicate(name);
      names.add(name);
    }
    if (port.containerPort === undefined || port.containerPort === 0) at.at("containerPort").required();
    else at.at("containerPort").port(port.containerPort);
    if (port.hostPort !== undefined && port.hostPort !== 0) at.at("hostPort").port(port.hostPort);
    at.at("protocol").oneOf(port.protocol ?? "", PROTOCOLS);
  });
}

function checkEnvironment(list: Json | undefined, check: Checker): void {
  objects(list).forEach((variable, i) => {
    const at = check.at(i);
    if (variable.name === undefined || variable.name === "") at.at("name").required();
    else at.at("name").matches(variable.name, ENVIRONMENT);
    const from = variable.valueFrom;
    if (from === undefined) return;
    const sources = Object.keys(object(from));
    if (sources.length === 0)
      at.at("valueFrom").invalid(
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
      );
    else if (variable.value !== undefined && variable.value !== "") {
      at.at("valueFrom").invalid("", "may not be specified when `value` is not empty");
    } else if (sources.length > 1)
      at.at("valueFrom").invalid("", "may not have more than one field specified at a time");
    for (const source of ["secretKeyRef", "configMapKeyRef"]) {
      const ref = object(from)[source];
      if (ref === undefined) continue;
      const key = object(ref).key;
      if (key === undefined || key === "") at.at("valueFrom").at(source).at("key").required();
    }
  });
}

function checkMounts(list: Json | undefined, volumes: Set<string>, check: Checker): void {
  const paths = new Set<string>();
  objects(list).forEach((mount, i) => {
    const at = check.at(i);
    const name = String(mount.name ?? "");
    if (name === "") at.at("name").required();
    else if (!volumes.has(name)) at.at("name").notFound(name);
    const path = String(mount.mountPath ?? "");
    if (path === "") at.at("mountPath").required();
    else if (paths.has(path)) at.at("mountPath").invalid(path, "must be unique");
    paths.add(path);
    const below = mount.subPath;
    if (typeof below === "string" && below.startsWith("/"))
      at.at("subPath").invalid(below, "must be a relative path");
    if (typeof below === "string" && below.split("/").includes(".."))
      at.at("subPath").invalid(below, "must not contain '..'");
  });
}

function checkProbe(probe: JsonObject, kind: string, check: Checker): void {
  const handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter((field) => probe[field] !== undefined);
  if (handlers.length === 0) check.required("must specify a handler type");
  for (const second of handlers.slice(1))
    check.at(second).forbidden("may not specify more than 1 handler type");
  for (const field of ["httpGet", "tcpSocket", "grpc"]) {
    if (probe[field] === undefined) continue;
    const port = object(probe[field]).port;
    const at = check.at(field).at("port");
    if (typeof port === "string" && field !== "grpc") {
      if (port === "") at.invalid(0, "must be between 1 and 65535, inclusive");
      else at.matches(port, PORT_NAME);
    } else at.port(port ?? 0);
  }
  for (const field of [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ]) {
    check.at(field).notNegative(probe[field]);
  }
  if (kind !== "readinessProbe" && probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    check.at("successThreshold").invalid(probe.successThreshold, "must be 1");
  }
}

/** A workload's pod template; `check` stands at the template. */
export function checkTemplate(template: JsonObject, check: Checker): void {
  checkLabels(object(template.metadata).labels, check.at("labels"));
  checkPodSpec(object(template.spec), check.at("spec"));
}
