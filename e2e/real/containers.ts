import { type ImageSource, pushImage, withLibraries } from "../../tools/cluster/real/images.ts";

/** Container images that the tests build from Debian's own programs, by the references that manifests use. */

export const PAGE = "This page was served by a container.";
export const RUNNER = "registry.example.com/tests/runner:1";
export const LAST_WORDS = "no database at db.example.com:5432";

const busybox = { from: "/bin/busybox" };
const script = (...lines: string[]) => ({ text: `${lines.join("\n")}\n` });

export const pages: ImageSource = {
  containerfile: `FROM scratch
COPY busybox /bin/busybox
COPY busybox /bin/sh
COPY index.html /www/index.html
USER 1000
CMD ["/bin/busybox", "httpd", "-f", "-v", "-p", "8080", "-h", "/www"]
`,
  files: { busybox, "index.html": { text: `<!doctype html><title>Pages</title><h1>${PAGE}</h1>\n` } },
};

const crash: ImageSource = {
  containerfile: `FROM scratch
COPY busybox /bin/busybox
CMD ["/bin/busybox", "sh", "-c", "echo starting; echo ${LAST_WORDS} >&2; exit 3"]
`,
  files: { busybox },
};

/** What the operator's image of this name does with its environment: a server with the password from a Secret. */
const redis = (): ImageSource => ({
  containerfile: `FROM scratch
COPY root/ /
COPY data/ /data/
ENV PATH=/usr/bin:/bin
ENTRYPOINT ["/bin/bash", "/entrypoint.sh"]
`,
  files: {
    ...withLibraries("/bin/bash", "/usr/bin/redis-server", "/usr/bin/redis-cli"),
    "data/.keep": { text: "" },
    "root/entrypoint.sh": script(
      "exec redis-server --bind 0.0.0.0 --dir /data --protected-mode no $" +
        '{REDIS_PASSWORD:+--requirepass "$REDIS_PASSWORD"}',
    ),
    "root/usr/bin/healthcheck.sh": script(
      '[ "$(REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli --no-auth-warning ping)" = PONG ]',
    ),
  },
});

/** Only has to be there and to stay: what the operator does is simulated outside the cluster. */
const operator: ImageSource = {
  containerfile: "FROM scratch\nCOPY busybox /busybox\nCOPY operator /operator\nUSER 65532\n",
  files: { busybox, operator: script("#!/busybox sh", "exec /busybox sleep 2147483647") },
};

/** What images' commands run in. Of busybox each program is a copy, which knows by its name what it is. */
const runner = (kubectl: string): ImageSource => ({
  containerfile: "FROM scratch\nCOPY root/ /\nENV PATH=/usr/bin:/bin\n",
  files: {
    ...withLibraries("/bin/bash"),
    ...Object.fromEntries(
      ["tar", "gzip", "mkdir", "mktemp", "tee", "sleep"].map((name) => [`root/bin/${name}`, busybox]),
    ),
    "root/usr/bin/env": busybox,
    "root/usr/bin/kubectl": { from: kubectl },
  },
});

/** Builds them and pushes them to the cluster's registry. */
export async function pushAll(registry: string, kubectl: string): Promise<void> {
  const all: [string, ImageSource][] = [
    ["registry.example.com/tests/pages:1", pages],
    ["registry.example.com/tests/crash:1", crash],
    [RUNNER, runner(kubectl)],
    ["quay.io/opstree/redis:v7.0.15", redis()],
    ["ghcr.io/ot-container-kit/redis-operator/redis-operator:v0.22.2", operator],
  ];
  for (const [reference, source] of all) await pushImage(registry, reference, source);
}
