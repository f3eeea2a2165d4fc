"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { ApiProblem } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import type { OrganizationView } from "@/lib/model/organization-views";
import { roles } from "./types";
import { organizationsKey, useOrganizationChange } from "./use-organizations";

/** Lets people in: by their id at once, or by a link that somebody uses once within a week. */
export function Invite({ organization }: { organization: OrganizationView }) {
  const t = useTranslations("publishing.organizations");
  const client = useQueryClient();
  const [role, setRole] = useState("publisher");
  const [user, setUser] = useState("");
  const add = useOrganizationChange(organization.name);
  const link = useMutation({
    mutationFn: () =>
      api<{ url: string }>("POST", apiPath("hub", "organizations", organization.name, "invitations"), {
        role,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: organizationsKey }),
  });
  const problem = add.error instanceof ApiProblem ? add.error.field("user") : undefined;
  return (
    <section className="mt-8">
      <h2 className="text-lg font-semibold">{t("invite")}</h2>
      <p className="mt-1 max-w-prose text-muted">{t("inviteHint")}</p>
      <div className="mt-3 flex flex-wrap items-start gap-3">
        <Select
          label={t("role")}
          className="w-36"
          value={role}
          options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          onValueChange={setRole}
        />
        <TextField
          label={t("uid")}
          mono
          className="w-56"
          value={user}
          error={problem}
          onChange={(event) => setUser(event.target.value)}
        />
        <div className="flex flex-wrap gap-2 @lg:pt-6">
          <Button
            loading={add.isPending}
            disabled={!user.trim()}
            onClick={() =>
              add.mutate(
                { method: "PUT", rest: ["members", user.trim()], body: { role } },
                { onSuccess: () => setUser("") },
              )
            }
          >
            {t("add")}
          </Button>
          <Button loading={link.isPending} onClick={() => link.mutate()}>
            {t("makeLink")}
          </Button>
        </div>
      </div>
      {add.error && !problem ? <ErrorState error={add.error} inline /> : null}
      {link.error ? <ErrorState error={link.error} inline /> : null}
      {link.data ? (
        <div className="mt-3 rounded-md border border-line bg-sunken p-3">
          <p className="text-sm text-muted">{t("linkOnce")}</p>
          <div className="flex items-center gap-2">
            <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{link.data.url}</code>
            <CopyButton text={link.data.url} name={t("link")} />
          </div>
        </div>
      ) : null}
      <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
        {organization.invitations.map((each) => (
          <li key={each.id} className="flex flex-wrap items-center gap-3 px-4 py-2">
            <span className="flex-1">
              {t("open", { role: t(`roles.${each.role}`), by: each.createdBy })}{" "}
              <span className="text-muted">
                <RelativeTime value={each.expiresAt} />
              </span>
            </span>
            <Button
              size="sm"
              onClick={() => add.mutate({ method: "DELETE", rest: ["invitations", each.id] })}
            >
              {t("withdraw")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
