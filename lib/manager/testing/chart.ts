import type { Files } from "../../images/index.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** An application image with a small Helm chart: a Deployment, a drawn password with its checksum, hooks, a kept claim. */
export function chartImage(version = "1.0.0", extra: Record<string, string> = {}): Files {
  const files: Record<string, string> = {
    "app.yaml": `apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: charted }
spec:
  title: Charted
  description: A chart.
  version: ${version}
  inputs:
    replicas: { type: number, default: "1", x-value: replicaCount }
    greeting: { type: string, default: hello }
`,
    "chart/Chart.yaml": `apiVersion: v2\nname: charted\nversion: ${version}\n`,
    "chart/values.yaml": "replicaCount: 1\ngreeting: hello\n",
    "chart/values.schema.json": JSON.stringify({
      type: "object",
      properties: { replicaCount: { type: "integer", minimum: 1, maximum: 3 }, greeting: { type: "string" } },
    }),
    "chart/templates/secret.yaml": `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
  labels: { app.kubernetes.io/managed-by: {{ .Release.Service }} }
stringData: { password: {{ randAlphaNum 16 | quote }} }
`,
    "chart/templates/config.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }} }
data:
  greeting: {{ .Values.greeting | quote }}
  ingress: {{ .Capabilities.APIVersions.Has "networking.k8s.io/v1/Ingress" | quote }}
  own: {{ .Capabilities.APIVersions.Has "hub.sealos.io/v1alpha1/Installation" | quote }}
`,
    "chart/templates/kept.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-kept
  annotations: { helm.sh/resource-policy: keep }
data: { version: "1" }
`,
    "chart/templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  replicas: {{ .Values.replicaCount }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata:
      labels: { app: {{ .Release.Name }} }
      annotations: { checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }} }
    spec:
      containers:
        - name: web
          image: docker.io/library/nginx:1.27
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { cpu: 200m, memory: 128Mi } }
`,
    "chart/templates/hooks.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-before, annotations: { helm.sh/hook: pre-install } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-after, annotations: { helm.sh/hook: post-delete } }
`,
    ...extra,
  };
  return new Map(Object.entries(files).map(([path, value]) => [path, text(value)]));
}
