import { type Checker, CONFIG_KEY, object, type Validate } from "./checks.ts";
import { parseQuantity } from "./quantity.ts";
import { equal, type JsonObject } from "./types.ts";

const IMMUTABLE = "field is immutable";

export const configMap: Validate = (body, root, old) => {
  for (const field of ["data", "binaryData"]) {
    for (const key of Object.keys(object(body[field]))) {
      root.at(field).key(key).matches(key, CONFIG_KEY);
      if (field === "data" && Object.hasOwn(object(body.binaryData), key)) {
        root.at("data").key(key).invalid(key, "duplicate of key present in binaryData");
      }
    }
  }
  checkImmutable(body, root, old);
};

function checkImmutable(body: JsonObject, root: Checker, old: JsonObject | undefined): void {
  if (old?.immutable !== true) return;
  const why = "field is immutable when `immutable` is set";
  if (body.immutable !== true) root.at("immutable").forbidden(why);
  for (const field of ["data", "binaryData"])
    if (!equal(old[field], body[field])) root.at(field).forbidden(why);
}

const SECRET_KEYS: Record<string, string[]> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

export const secret: Validate = (body, root, old) => {
  const data = object(body.data);
  for (const key of Object.keys(data)) root.at("data").key(key).matches(key, CONFIG_KEY);
  const type = String(body.type ?? "");
  for (const key of SECRET_KEYS[type] ?? []) {
    const given = data[key];
    if (given === undefined) root.at("data").key(key).required();
    else if (key.startsWith(".docker")) checkJson(String(given), root.at("data").key(key));
  }
  if (type === "kubernetes.io/basic-auth" && data.username === undefined && data.password === undefined) {
    root.at("data").key("username").required();
    root.at("data").key("password").required();
  }
  if (old && old.type !== body.type) root.at("type").invalid(type, IMMUTABLE);
  checkImmutable(body, root, old);
};

function checkJson(base64: string, check: Checker): void {
  const text = Buffer.from(base64, "base64").toString();
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    check.invalid(
      "<secret contents redacted>",
      `invalid character '${text.trim()[0] ?? ""}' looking for beginning of value`,
    );
  }
}

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** A claim's spec, on its own or in a StatefulSet. */
export function checkClaim(spec: JsonObject, check: Checker): void {
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes : [];
  if (modes.length === 0) check.at("accessModes").required("at least 1 access mode is required");
  for (const mode of modes) check.at("accessModes").oneOf(mode, ACCESS_MODES);
  const storage = object(object(spec.resources).requests).storage;
  const at = check.at("resources").key("storage");
  if (storage === undefined) at.required();
  else if (parseQuantity(String(storage)).nano <= 0n) at.invalid(storage, "must be greater than zero");
}

export const claim: Validate = (body, root, old) => {
  const spec = object(body.spec);
  const check = root.at("spec");
  checkClaim(spec, check);
  if (!old) return;
  const before = object(old.spec);
  const bound = object(old.status).phase === "Bound";
  const fixed = ({ resources: _r, volumeAttributesClassName: _v, volumeName: _n, ...rest }: JsonObject) => {
    // A claim that asked for no class may still be given one.
    if (before.storageClassName === undefined && !bound) delete rest.storageClassName;
    return rest;
  };
  const size = (value: JsonObject) =>
    parseQuantity(String(object(object(value.resources).requests).storage ?? 0)).nano;
  if (!equal(fixed(before), fixed(spec)) || (!bound && size(before) !== size(spec))) {
    check.forbidden(
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    );
  } else if (size(spec) < size(before)) {
    check
      .at("resources")
      .at("requests")
      .at("storage")
      .forbidden("field can not be less than status.capacity");
  }
};

const QUOTA =
  /^((requests|limits)\.)?(cpu|memory|ephemeral-storage)$|^requests\.storage$|^(pods|services|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims)$|^services\.(nodeports|loadbalancers)$|.+\/.+|^(requests|limits)\.hugepages-/;

export const quota: Validate = (body, root) => {
  for (const [name, amount] of Object.entries(object(object(body.spec).hard))) {
    const at = root.at("spec").at("hard").key(name);
    if (!QUOTA.test(name)) {
      at.invalid(name, "must be a standard resource type or fully qualified");
      at.invalid(name, "must be a standard resource for quota");
    }
    if (parseQuantity(String(amount)).nano < 0n) at.invalid(amount, "must be greater than or equal to 0");
  }
};
