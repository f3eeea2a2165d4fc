/** Manifests that several scenarios feed to `-f -`. */

export const deployment = (replicas: number, image = "nginx:1.27", name = "web") => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: main
          image: ${image}
          ports: [{ containerPort: 80, name: http }]
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 128Mi } }
`;

export const pod = (name: string, labels = "{ app: web }") => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: ${labels} }
spec:
  containers:
    - name: main
      image: nginx:1.27
      command: [sh, -c, "sleep 1"]
      env:
        - { name: PLAIN, value: hello }
        - { name: FROM, valueFrom: { configMapKeyRef: { name: settings, key: a } } }
      ports: [{ containerPort: 80, protocol: TCP }]
      livenessProbe: { httpGet: { path: /healthz, port: 80 }, periodSeconds: 5 }
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes: [{ name: data, emptyDir: {} }]
`;

export const configMap = (name: string, data: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: ${data}
`;
