/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test`; checking them again at each build would double the start time.
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    resolveAlias: {
      "@rjsf/validator-ajv8": "./scripts/empty.mjs",
      "use-intl/format-message": "use-intl/format-message/format-only",
    },
    rules: {
      "**/components/messages/**/*.json": { loaders: ["./components/i18n/messages-loader.mjs"] },
    },
  },
  serverExternalPackages: ["quickjs-emscripten", "pino", "prom-client", "@kubernetes/client-node", "undici"],
};

export default config;
