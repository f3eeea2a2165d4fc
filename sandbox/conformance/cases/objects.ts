import type { Group } from "../types.ts";
import {
  apps,
  core,
  creates,
  dry,
  get,
  json,
  merge,
  networking,
  post,
  put,
  rbac,
  remove,
  strategic,
} from "./build.ts";

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s" },
  spec: { selector: { a: "b" }, ports: [{ port: 80 }] },
};
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" }, data: { a: "1" } };
const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "sec" }, data: { a: "YQ==" } };
const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "pvc" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const path = (name: string) => ({
  path: "/",
  pathType: "Prefix",
  backend: { service: { name, port: { number: 80 } } },
});
const ingress = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "i" },
  spec: { rules: [{ host: "a.example.com", http: { paths: [path("s")] } }] },
};
const role = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "r" },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
};
const binding = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "rb" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
  subjects: [
    { kind: "ServiceAccount", name: "default", namespace: "{ns}" },
    { kind: "User", name: "alice" },
  ],
};

export const objects: Group[] = [
  {
    name: "services",
    area: "Services, configuration, storage, network",
    steps: [
      ...creates(core("services"), service, [
        {},
        { spec: { type: "NodePort" } },
        { spec: { type: "LoadBalancer" } },
        { spec: { clusterIP: "None" } },
        { spec: { type: "ExternalName", externalName: "x.example.com", ports: null, selector: null } },
        { spec: { sessionAffinity: "ClientIP" } },
        {
          spec: {
            ports: [
              { port: 80, targetPort: "http", name: "a" },
              { port: 81, name: "b", protocol: "UDP" },
            ],
          },
        },
        { spec: { ports: [] } },
        { spec: { ports: [{ port: 0 }] } },
        { spec: { ports: [{ port: 70000 }] } },
        { spec: { ports: [{ port: 80 }, { port: 81 }] } },
        {
          spec: {
            ports: [
              { port: 80, name: "a" },
              { port: 80, name: "b" },
            ],
          },
        },
        {
          spec: {
            ports: [
              { port: 80, name: "a" },
              { port: 81, name: "a" },
            ],
          },
        },
        { spec: { ports: [{ port: 80, targetPort: true }] } },
        { spec: { ports: [{ port: "80" }] } },
        { spec: { ports: { port: 80 } } },
        { spec: { type: "Other" } },
        { spec: { selector: { a: 1 } } },
        { metadata: { name: "1abc" } },
        { spec: { type: "ExternalName" } },
        { spec: null },
      ]),
      post(core("services"), service),
      dry(merge(core("services/s"), { spec: { clusterIP: "10.0.0.99" } })),
      merge(core("services/s"), { spec: { ports: [{ port: 81 }] } }),
      strategic(core("services/s"), {
        spec: {
          ports: [
            { port: 82, name: "x" },
            { port: 81, name: "y" },
          ],
        },
      }),
      strategic(core("services/s"), { spec: { ports: [{ port: 81, $patch: "delete" }] } }),
      merge(core("services/s"), { spec: { type: "NodePort" } }),
      merge(core("services/s"), { spec: { selector: null } }),
      remove(core("services/s")),
      get(core("services/s")),
    ],
  },
  {
    name: "config",
    area: "Services, configuration, storage, network",
    steps: [
      ...creates(core("configmaps"), configMap, [
        {},
        { data: null },
        { data: { "a b": "x" } },
        { data: { a: 1 } },
        { data: { a: null } },
        { data: {}, binaryData: { b: "YQ==" } },
        { data: { a: "x" }, binaryData: { a: "YQ==" } },
        { immutable: true },
        { immutable: false },
        { metadata: { labels: { "x/y/z": "a" } } },
        { metadata: { name: "cm_1" } },
        { metadata: { namespace: "elsewhere" } },
        { metadata: { name: "" } },
        { metadata: { resourceVersion: "5" } },
        { metadata: { finalizers: ["x"] } },
        { metadata: { finalizers: ["example.com/x"] } },
        { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "x" }] } },
        { metadata: { generateName: "gen-", name: null } },
      ]),
      ...creates(core("secrets"), secret, [
        {},
        { data: { a: "abcde" } },
        { data: { a: 1 } },
        { stringData: { b: "plain" }, data: null },
        { stringData: { a: "over" } },
        { type: "kubernetes.io/tls" },
        { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "e30=" } },
        { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "YQ==" } },
        { type: "kubernetes.io/basic-auth" },
        { type: "example.com/own" },
      ]),
      post(core("configmaps"), configMap),
      post(core("configmaps"), configMap),
      merge(core("configmaps/cm"), { data: { b: "2", a: null } }),
      json(core("configmaps/cm"), [
        { op: "add", path: "/data/c", value: "3" },
        { op: "test", path: "/data/b", value: "2" },
      ]),
      json(core("configmaps/cm"), [{ op: "test", path: "/data/b", value: "9" }]),
      json(core("configmaps/cm"), [{ op: "remove", path: "/data/none" }]),
      json(core("configmaps/cm"), { op: "remove" }),
      strategic(core("configmaps/cm"), { data: { $patch: "replace", z: "26" } }),
      merge(core("configmaps/cm"), { metadata: { name: "other" } }),
      merge(core("configmaps/cm"), { data: "x" }),
      merge(core("configmaps/cm"), { immutable: true }),
      merge(core("configmaps/cm"), { data: { z: "27" } }),
      merge(core("configmaps/cm"), { immutable: false }),
      merge(core("configmaps/none"), { data: {} }),
      post(core("secrets"), secret),
      merge(core("secrets/sec"), { type: "other" }),
      merge(core("secrets/sec"), { stringData: { b: "x" } }),
      remove(core("configmaps/cm"), {
        kind: "DeleteOptions",
        apiVersion: "v1",
        preconditions: { uid: "00000000-0000-0000-0000-000000000000" },
      }),
      remove(core("configmaps/cm")),
      remove(core("configmaps/cm")),
      { method: "PATCH", path: core("secrets/sec"), body: {}, contentType: "text/plain" },
      put(core("secrets"), secret),
    ],
  },
  {
    name: "storage-and-network",
    area: "Services, configuration, storage, network",
    steps: [
      ...creates(core("persistentvolumeclaims"), claim, [
        {},
        { spec: { storageClassName: "" } },
        { spec: { storageClassName: "fast", volumeMode: "Block" } },
        { spec: { accessModes: null } },
        { spec: { accessModes: ["Sometimes"] } },
        { spec: { resources: null } },
        { spec: { resources: { requests: { storage: "0" } } } },
        { spec: { resources: { requests: { storage: "lots" } } } },
        { spec: { resources: { requests: { storage: 1073741824 } } } },
      ]),
      post(core("persistentvolumeclaims"), claim),
      dry(merge(core("persistentvolumeclaims/pvc"), { spec: { storageClassName: "x" } })),
      dry(
        merge(core("persistentvolumeclaims/pvc"), { spec: { resources: { requests: { storage: "2Gi" } } } }),
      ),
      ...creates(networking("ingresses"), ingress, [
        {},
        {
          spec: {
            rules: [{ http: { paths: [path("s")] } }],
            ingressClassName: "nginx",
            tls: [{ hosts: ["a.example.com"], secretName: "t" }],
          },
        },
        {
          spec: {
            rules: [{ host: "a.example.com", http: { paths: [{ ...path("s"), pathType: undefined }] } }],
          },
        },
        { spec: { rules: [{ host: "A_B", http: { paths: [path("s")] } }] } },
        { spec: { rules: [{ host: "1.2.3.4", http: { paths: [path("s")] } }] } },
        {
          spec: { rules: [{ host: "a.example.com", http: { paths: [{ ...path("s"), path: "relative" }] } }] },
        },
        {
          spec: {
            rules: [
              { host: "a.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: {} }] } },
            ],
          },
        },
        {
          spec: {
            rules: [
              {
                host: "a.example.com",
                http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "s" } } }] },
              },
            ],
          },
        },
        { spec: { rules: [{ host: "a.example.com", http: { paths: [] } }] } },
        { spec: { rules: null } },
        { spec: { rules: null, defaultBackend: { service: { name: "x", port: { name: "http" } } } } },
        {
          spec: {
            rules: [{ host: "a.example.com", http: { paths: [{ ...path("s"), pathType: "Other" }] } }],
          },
        },
      ]),
      ...creates(
        networking("networkpolicies"),
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "n" },
          spec: { podSelector: {} },
        },
        [
          {},
          { spec: { egress: [] } },
          {
            spec: {
              ingress: [
                { from: [{ podSelector: {} }, { ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 80 }] },
              ],
            },
          },
          { spec: { ingress: [{ from: [{}] }] } },
          { spec: { ingress: [{ from: [{ ipBlock: { cidr: "x" } }] }] } },
        ],
      ),
      ...creates(
        "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets",
        {
          apiVersion: "policy/v1",
          kind: "PodDisruptionBudget",
          metadata: { name: "pdb" },
          spec: { minAvailable: 1, selector: { matchLabels: { a: "b" } } },
        },
        [{}, { spec: { maxUnavailable: 1 } }],
      ),
      ...creates(
        "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers",
        {
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: { name: "h" },
          spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" } },
        },
        [{}, { spec: { maxReplicas: 0 } }, { spec: { minReplicas: 5 } }],
      ),
    ],
  },
  {
    name: "rbac-objects",
    area: "RBAC, escalation, aggregation",
    steps: [
      ...creates(rbac("roles"), role, [
        {},
        { rules: null },
        { rules: [{ apiGroups: [""], resources: ["pods"] }] },
        { rules: [{ apiGroups: [""], verbs: ["get"] }] },
        { rules: [{ resources: ["pods"], verbs: ["get"] }] },
        { rules: [{ nonResourceURLs: ["/x"], verbs: ["get"] }] },
        { metadata: { name: "with:colon" } },
        { metadata: { name: "a/b" } },
      ]),
      ...creates(rbac("rolebindings"), binding, [
        {},
        { subjects: null },
        { subjects: [{ kind: "Group", name: "g" }] },
        { subjects: [{ kind: "ServiceAccount", name: "x" }] },
        { subjects: [{ kind: "Robot", name: "x" }] },
        { subjects: [{ kind: "User" }] },
        { roleRef: { kind: "Role", name: "r", apiGroup: null } },
        { roleRef: { kind: "Thing" } },
        { roleRef: null },
      ]),
      post(rbac("roles"), role),
      post(rbac("rolebindings"), binding),
      merge(rbac("rolebindings/rb"), { roleRef: { name: "other" } }),
      merge(rbac("rolebindings/rb"), { subjects: [] }),
    ],
  },
  {
    name: "lists",
    area: "Lists and selectors",
    steps: [
      post(core("configmaps"), { metadata: { name: "a", labels: { x: "1", y: "2" } } }),
      post(core("configmaps"), { metadata: { name: "b", labels: { x: "1" } } }),
      post(core("configmaps"), { metadata: { name: "c" } }),
      get(core("configmaps")),
      get(`${core("configmaps")}?labelSelector=x%3D1`),
      get(`${core("configmaps")}?labelSelector=x%3D1,y`),
      get(`${core("configmaps")}?labelSelector=!x`),
      get(`${core("configmaps")}?labelSelector=x%20in%20(1,2),y%20notin%20(2)`),
      get(`${core("configmaps")}?labelSelector=x%3D%3D%3D`),
      get(`${core("configmaps")}?fieldSelector=metadata.name%3Da`),
      get(`${core("configmaps")}?fieldSelector=metadata.name!%3Da`),
      get(`${core("configmaps")}?fieldSelector=data.x%3Da`),
      get(`${core("configmaps")}?limit=abc`),
      get(`${core("configmaps")}?resourceVersion=x`),
      get(`${core("configmaps")}?resourceVersionMatch=Exact`),
      get(`${core("configmaps")}/a`),
      get(`${core("configmaps")}/none`),
      get("/api/v1/namespaces/{ns}"),
      get("/api/v1/namespaces/none"),
      get("/api/v1/namespaces/none/pods"),
      post("/api/v1/namespaces/none/configmaps", { metadata: { name: "a" } }),
      get("/apis/nothing.example/v1/things"),
      get("/api/v1/things"),
      get(apps("deployments/none/scale")),
      get(apps("deployments/none")),
      { method: "DELETE", path: `${core("configmaps")}?labelSelector=x%3D1` },
      get(core("configmaps")),
      post("/api/v1/namespaces", { metadata: { name: "Bad_Name" } }),
      post("/api/v1/namespaces", { metadata: { name: "{ns}" } }),
      post(core("configmaps"), { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } }),
      post(core("configmaps"), []),
      post(core("configmaps"), "x"),
    ],
  },
];
