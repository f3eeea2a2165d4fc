import compile from "icu-minify/compile";

/**
 * Bundler step for `components/messages/**`: ICU messages are parsed here, at build time, so that the browser gets
 * arrays and a formatter of a kilobyte instead of a parser of ten. A message that does not parse stops the build.
 */
function walk(value) {
  if (typeof value === "string") return compile(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
}

export default function messagesLoader(source) {
  return JSON.stringify(walk(JSON.parse(source)));
}
