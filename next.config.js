/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test`; checking them again at each build would double the start time.
  typescript: { ignoreBuildErrors: true },
  turbopack: { resolveAlias: { "@rjsf/validator-ajv8": "./scripts/empty.mjs" } },
  serverExternalPackages: ["quickjs-emscripten", "pino", "prom-client", "@kubernetes/client-node", "undici"],
};

export default config;
