import { object, objects, type Validate } from "./checks.ts";
import { equal } from "./types.ts";

export const rules =
  (namespaced: boolean): Validate =>
  (body, root) => {
    objects(body.rules).forEach((rule, i) => {
      const at = root.at("rules").at(i);
      const some = (field: string) => Array.isArray(rule[field]) && rule[field].length > 0;
      if (!some("verbs")) at.at("verbs").required("verbs must contain at least one value");
      if (some("nonResourceURLs")) {
        if (namespaced)
          at.at("nonResourceURLs").invalid(
            rule.nonResourceURLs ?? null,
            "namespaced rules cannot apply to non-resource URLs",
          );
        else if (some("apiGroups") || some("resources") || some("resourceNames")) {
          at.at("nonResourceURLs").invalid(
            rule.nonResourceURLs ?? null,
            "rules cannot apply to both regular resources and non-resource URLs",
          );
        }
        return;
      }
      if (!some("apiGroups"))
        at.at("apiGroups").required("resource rules must supply at least one api group");
      if (!some("resources")) at.at("resources").required("resource rules must supply at least one resource");
    });
  };

export const binding =
  (namespaced: boolean): Validate =>
  (body, root, old) => {
    const ref = object(body.roleRef);
    const at = root.at("roleRef");
    at.at("kind").oneOf(ref.kind ?? "", namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]);
    if (ref.name === undefined || ref.name === "") {
      if (
        ref.kind === undefined ||
        ref.kind === "" ||
        namespaced === false ||
        ref.kind === "Role" ||
        ref.kind === "ClusterRole"
      )
        at.at("name").required();
    }
    objects(body.subjects).forEach((subject, i) => {
      const where = root.at("subjects").at(i);
      const known = ["ServiceAccount", "User", "Group"];
      if (!known.includes(String(subject.kind))) where.at("kind").oneOf(subject.kind ?? "", known);
      else if (subject.name === undefined || subject.name === "") where.at("name").required();
      else if (subject.kind === "ServiceAccount" && !namespaced && !subject.namespace)
        where.at("namespace").required();
    });
    if (old && !equal(old.roleRef, body.roleRef)) {
      at.invalid(
        { APIGroup: ref.apiGroup ?? "", Kind: ref.kind ?? "", Name: ref.name ?? "" },
        "cannot change roleRef",
      );
    }
  };
