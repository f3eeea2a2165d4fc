"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { queryOf, useNavigation } from "@/components/data/navigation";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import type { OrganizationView } from "@/lib/model/organization-views";
import { organizationsKey } from "./use-organizations";

/** Where an invitation's link leads. Nothing happens before the press: a preview of the link must not use it up. */
export default function JoinPage() {
  const t = useTranslations("publishing.join");
  const { path, navigate } = useNavigation();
  const client = useQueryClient();
  const code = queryOf(path).get("code") ?? "";
  const org = code.split(".")[0] ?? "";
  const join = useMutation({
    mutationFn: () => api<OrganizationView>("POST", "/api/hub/invitations", { code }),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: organizationsKey });
      navigate(`/hub/-/organizations/${name}`, { replace: true });
    },
  });
  return (
    <div className="mx-auto mt-8 max-w-md rounded-lg border border-line bg-surface p-6">
      <h1 className="text-xl font-semibold wrap-break-word">{t("title", { org })}</h1>
      <p className="mt-2 text-muted">{t("hint")}</p>
      {join.error ? <ErrorState error={join.error} inline /> : null}
      <Button className="mt-4" variant="primary" loading={join.isPending} onClick={() => join.mutate()}>
        {t("accept")}
      </Button>
    </div>
  );
}
