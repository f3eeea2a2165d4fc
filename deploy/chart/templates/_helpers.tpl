{{/* Labels of everything. */}}
{{- define "hub.labels" -}}
app.kubernetes.io/name: sealos-hub
app.kubernetes.io/part-of: sealos-hub
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Never to be changed: selectors of Deployments are immutable. One Hub per cluster, so the release is not in it. */}}
{{- define "hub.selector" -}}
app.kubernetes.io/name: sealos-hub
app.kubernetes.io/component: {{ . }}
{{- end }}

{{- define "hub.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Host of the console, without a port. */}}
{{- define "hub.host" -}}
{{- (urlParse .Values.url).host | regexFind "^(\\[[^\\]]*\\]|[^:]*)" -}}
{{- end }}

{{/* The documents of a file that is the cluster administrator's too, for this release's namespace, which Helm makes. */}}
{{- define "hub.documents" -}}
{{- $own := printf "(?m)^kind: Namespace\n(?s:.*?)name: %s$" .namespace -}}
{{- range regexSplit "(?m)^---\\s*$" (replace "sealos-system" .namespace .text) -1 }}
{{- if and (trim .) (not (regexMatch $own .)) }}
---
{{ trim . | replace "kind: Namespace\nmetadata:\n" "kind: Namespace\nmetadata:\n  # An operator's; what runs there outlives a grant that is taken back.\n  annotations: { helm.sh/resource-policy: keep }\n" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Environment that both processes read the same way (lib/hub/config.ts, lib/manager/config.ts). */}}
{{- define "hub.env" -}}
- { name: SYSTEM_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
- { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
- { name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
- { name: HUB_URL, value: {{ .Values.url | quote }} }
- { name: IMAGE_MIRRORS, value: {{ .Values.apps.imageMirrors | quote }} }
- { name: RUNNER_IMAGE, value: {{ .Values.apps.runnerImage | quote }} }
- { name: CLOUD_DOMAIN, value: {{ .Values.apps.domain | quote }} }
- { name: CLOUD_PORT, value: {{ .Values.apps.port | toString | quote }} }
- { name: CLOUD_SCHEME, value: {{ .Values.apps.scheme | quote }} }
- { name: CERT_SECRET_NAME, value: {{ .Values.apps.certSecretName | quote }} }
- { name: CONTENT_DIR, value: /hub/content }
- { name: CONTENT_CACHE_DIR, value: /hub/cache }
- { name: CONTENT_CACHE_MB, value: {{ .Values.registries.cacheMegabytes | int | quote }} }
- { name: REGISTRY_ALLOW, value: {{ join "," .Values.registries.allow | quote }} }
- { name: CONTAINER_REGISTRIES, value: {{ join "," .Values.registries.containers | quote }} }
- { name: REQUIRE_SIGNATURES, value: {{ ternary "1" "0" .Values.registries.requireSignatures | quote }} }
- { name: REGISTRY_POLL_SECONDS, value: {{ .Values.registries.pollSeconds | int | quote }} }
{{- with .Values.registries.eventsSecret }}
- { name: REGISTRY_EVENTS_SECRET, valueFrom: { secretKeyRef: { name: {{ . }}, key: secret } } }
{{- end }}
- { name: BIN_DAYS, value: {{ .Values.apps.binDays | quote }} }
- { name: LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
- { name: METRICS_HOST, value: $(POD_IP) }
- { name: METRICS_PORT, value: "9090" }
{{- if .Values.trustedCA.existingConfigMap }}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/sealos-hub/ca/ca.crt }
{{- end }}
{{- end }}

{{- define "hub.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "hub.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* What places a pod; the argument is the component's values. */}}
{{- define "hub.placement" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "hub.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 64Mi } }
- { name: cache, emptyDir: { sizeLimit: {{ add (.Values.registries.cacheMegabytes | int) 128 }}Mi } }
{{- with .Values.trustedCA.existingConfigMap }}
- { name: ca, configMap: { name: {{ . }} } }
{{- end }}
{{- with .Values.content.existingClaim }}
- { name: content, persistentVolumeClaim: { claimName: {{ . }} } }
{{- end }}
{{- end }}

{{- define "hub.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: cache, mountPath: /hub/cache }
{{- if .Values.trustedCA.existingConfigMap }}
- { name: ca, mountPath: /etc/sealos-hub/ca, readOnly: true }
{{- end }}
{{- if .Values.content.existingClaim }}
- { name: content, mountPath: /hub/content, readOnly: true }
{{- end }}
{{- end }}

{{/* The argument is networkPolicy's values. */}}
{{- define "hub.egress" }}
    # Names are resolved by the cluster's DNS.
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
      ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
    # No selector can name the API server. For the web server the sign-in's issuer is among these as well.
    - to: {{- toYaml .egressTo | nindent 8 }}
      ports:
        {{- range .egressPorts }}
        - { port: {{ . }}, protocol: TCP }
        {{- end }}
    {{- with .extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
