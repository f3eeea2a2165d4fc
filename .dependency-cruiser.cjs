/** Arrows point one way: app → components, lib; components never reach the servers; nothing imports the sandbox. */
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const servers = "^lib/(cluster|images|install|manager|hub|auth)/";

module.exports = {
  forbidden: [
    rule(
      "no-cycles",
      "A cycle hides which part comes first.",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    rule(
      "model-is-pure",
      "lib/model is types and pure functions that both sides use.",
      { path: "^lib/model/" },
      { path: "^(app|components|cli|sandbox|lib/(?!model/))" },
    ),
    rule(
      "cluster-stands-alone",
      "lib/cluster can be lifted out of the project.",
      { path: "^lib/cluster/", pathNot: "test\\.ts$" },
      { path: "^(app|components|cli|sandbox|lib/(?!cluster/))" },
    ),
    rule(
      "images-below-install",
      "lib/images reads images and knows no cluster.",
      { path: "^lib/images/", pathNot: "test\\.ts$" },
      { path: "^(app|components|cli|sandbox|lib/(?!images/|model/))" },
    ),
    rule(
      "install-below-manager",
      "lib/install is what the page and the manager share.",
      { path: "^lib/install/", pathNot: "test\\.ts$" },
      { path: "^(app|components|cli|sandbox|lib/(manager|hub|auth)/)" },
    ),
    rule(
      "manager-beside-web",
      "The manager and the web server meet only in the cluster.",
      { path: "^lib/manager/", pathNot: "test\\.ts$" },
      { path: "^(app|components|cli|sandbox|lib/(hub|auth)/)" },
    ),
    rule(
      "web-beside-manager",
      "The web server never runs a controller.",
      { path: "^(lib/(hub|auth)/|app/|components/)", pathNot: "test\\.ts$" },
      { path: "^lib/manager/" },
    ),
    rule(
      "components-in-the-browser",
      "Components never import server code.",
      { path: "^components/" },
      { path: [servers, "^app/"] },
    ),
    rule("lib-below-app", "lib knows no page.", { path: "^lib/" }, { path: "^(app|components)/" }),
    rule(
      "nobody-knows-the-sandbox",
      "Only tests and scripts start it.",
      { path: "^(app|components|lib|cli)/", pathNot: "test\\.tsx?$" },
      { path: "^sandbox/" },
    ),
    rule(
      "sandbox-is-a-cluster",
      "The sandbox uses the client, as any operator would, and nothing else.",
      { path: "^sandbox/", pathNot: "test\\.ts$" },
      { path: "^(app|components|cli|lib/(?!cluster/))" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(node_modules|\\.next)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js", ".json"] },
  },
};
