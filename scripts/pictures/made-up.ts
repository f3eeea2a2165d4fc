import type { Files } from "../../lib/images/index.ts";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="14" fill="#0f766e"/>
<path d="M20 14h24v36H20z" fill="#f0fdfa"/>
<path d="M26 24h12M26 31h12M26 38h8" stroke="#0f766e" stroke-width="3" stroke-linecap="round"/>
</svg>`;

/** An app of no one's, as the pictures need it. */
export interface MadeUp {
  name: string;
  title: string;
  version: string;
  /** Of its container. */
  image: string;
  cpu?: string;
}

const header = ({ name, title, version }: MadeUp) => `apiVersion: app.sealos.io/v1
kind: Template
metadata: { name: ${name} }
spec:
  title: ${title}
  description: An app for the pictures of the documentation.
  author: Sealos Hub
  version: ${version}
  categories: [office]
  icon: icon.svg
  inputs:
    welcome: { type: string, title: Welcome line, default: Hello }
  defaults:
    password: { type: string, value: "\${{ random(16) }}" }
`;

const objects = ({ name, image, cpu = "50m" }: MadeUp) => `apiVersion: v1
kind: Secret
metadata: { name: ${name} }
stringData: { password: "\${{ defaults.password }}" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: { welcome: "\${{ inputs.welcome }}" }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 2Gi } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]
      containers:
        - name: web
          image: ${image}
          volumeMounts: [{ name: data, mountPath: /data }]
          env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: ${name}, key: password } } }]
          resources: { requests: { cpu: ${cpu}, memory: 64Mi }, limits: { cpu: 500m, memory: 256Mi } }
`;

export function madeUp(app: MadeUp): Files {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return new Map([
    ["app.yaml", bytes(header(app))],
    ["icon.svg", bytes(ICON)],
    ["manifests/app.yaml", bytes(objects(app))],
  ]);
}
