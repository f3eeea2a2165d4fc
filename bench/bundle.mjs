/**
 * First-load JavaScript of each page, compressed, read from Next's build output: the scripts that the server names in
 * the page's HTML for a modern browser (not the `nomodule` polyfills). Run after a build: `node bench/bundle.mjs`.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const root = process.argv[2] ?? ".next";
const LIMITS = { "/": 200_000, "/hub": 170_000, "/hub/[org]/[repo]": 170_000 };
const cache = new Map();

function compressed(file) {
  if (!cache.has(file)) cache.set(file, gzipSync(readFileSync(join(root, file)), { level: 9 }).length);
  return cache.get(file);
}

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

const { rootMainFiles, polyfillFiles } = JSON.parse(readFileSync(join(root, "build-manifest.json"), "utf8"));

/** The client reference manifest is a script that fills one object; the chunks of the page's modules are in it. */
function pageChunks(manifest) {
  const text = readFileSync(manifest, "utf8");
  const data = JSON.parse(
    text.slice(text.indexOf("=", text.indexOf("__RSC_MANIFEST[")) + 1).replace(/;?\s*$/, ""),
  );
  return Object.values(data.entryJSFiles ?? {}).flat();
}

const rows = [];
for (const path of files(join(root, "server/app"))) {
  if (!path.endsWith("page_client-reference-manifest.js")) continue;
  const route =
    path
      .slice(join(root, "server/app").length)
      .replace(/\/page_client-reference-manifest\.js$/, "")
      .replace(/^$/, "/") || "/";
  const chunks = [...new Set([...rootMainFiles, ...pageChunks(path)])].filter(
    (file) => file.endsWith(".js") && !polyfillFiles.includes(file),
  );
  const bytes = chunks.reduce((sum, file) => sum + compressed(file), 0);
  rows.push({ route, scripts: chunks.length, kB: Math.round(bytes / 100) / 10, limit: LIMITS[route] });
}

let over = false;
for (const { route, scripts, kB, limit } of rows.sort((left, right) =>
  left.route.localeCompare(right.route),
)) {
  const verdict =
    limit === undefined
      ? ""
      : kB * 1000 <= limit
        ? `  (limit ${limit / 1000}: met)`
        : `  (limit ${limit / 1000}: EXCEEDED)`;
  over ||= verdict.includes("EXCEEDED");
  console.log(`${route.padEnd(36)} ${String(kB).padStart(7)} kB in ${scripts} scripts${verdict}`);
}
process.exitCode = over ? 1 : 0;
