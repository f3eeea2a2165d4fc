{{/* With a volume, the images that ship are added to it before a pod starts; what is there already stays. */}}
{{- define "hub.fillContent" -}}
{{- if .Values.content.existingClaim }}
initContainers:
  - name: content
    image: {{ include "hub.image" . }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    command: [node, deploy/content/add.ts, content, /content]
    workingDir: /hub
    resources:
      requests: { cpu: 100m, memory: 128Mi }
      limits: { memory: 512Mi }
    securityContext: {{- include "hub.containerSecurity" . | nindent 6 }}
    volumeMounts:
      - { name: content, mountPath: /content }
{{- end }}
{{- end }}
