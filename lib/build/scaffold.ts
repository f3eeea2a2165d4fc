export interface NewFolder {
  name: string;
  title: string;
  mode: "application" | "provider" | "shared";
}

/** The files of a folder that builds: an image that works, to be changed into one's own. */
export function folderOf({ name, title, mode }: NewFolder): Map<string, string> {
  const provider =
    mode === "provider"
      ? `  provider:
    kinds:
      - apiVersion: example.com/v1
        kind: Example
`
      : "";
  return new Map([
    [
      "Kubefile",
      `FROM scratch\nLABEL org.opencontainers.image.licenses="Apache-2.0"\nCOPY . .\nCMD ["kubectl apply -f manifests"]\n`,
    ],
    [".dockerignore", ".git\n*.tar\n"],
    [
      "app.yaml",
      `apiVersion: app.sealos.io/v1
kind: Template
metadata:
  name: ${name}
spec:
  mode: ${mode}
  version: 0.1.0
  title: ${JSON.stringify(title)}
  description: One sentence that says what it is for.
  icon: icon.svg
  i18n:
    zh: { title: ${JSON.stringify(title)}, description: 用一句话说明用途。 }
${provider}  defaults:
    app_name: { type: string, value: "${name}-\${{ random(6) }}" }
  inputs:
    replicas:
      type: number
      title: Replicas
      default: "1"
      required: true
      i18n: { zh: { title: 副本数 } }
`,
    ],
    [
      "manifests/app.yaml",
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: \${{ defaults.app_name }}
  labels: { app: "\${{ defaults.app_name }}" }
spec:
  replicas: \${{ inputs.replicas }}
  selector: { matchLabels: { app: "\${{ defaults.app_name }}" } }
  template:
    metadata: { labels: { app: "\${{ defaults.app_name }}" } }
    spec:
      containers:
        - name: app
          image: nginx:1.29-alpine
          ports: [{ containerPort: 80 }]
          resources:
            requests: { cpu: 50m, memory: 64Mi }
            limits: { cpu: 500m, memory: 256Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: \${{ defaults.app_name }}
spec:
  selector: { app: "\${{ defaults.app_name }}" }
  ports: [{ port: 80 }]
`,
    ],
    ["README.md", `# ${title}\n\nWhat it does, for whom, and what to know before installing it.\n`],
    ["README.zh.md", `# ${title}\n\n它能做什么、适合谁、安装前需要了解什么。\n`],
    [
      "icon.svg",
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#4f46e5"/><path d="M20 32h24M32 20v24" stroke="#fff" stroke-width="6" stroke-linecap="round"/></svg>\n`,
    ],
  ]);
}
