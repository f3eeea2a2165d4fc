"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { BadgeCheck, Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { AppLink, useNavigation } from "@/components/data/navigation";
import { ApiProblem } from "@/components/data/problem";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { TextField } from "@/components/ui/text-field";
import type { OrganizationView } from "@/lib/model/organization-views";
import { organizationsKey, useOrganizations } from "./use-organizations";

/** The organizations that one belongs to, and a new one. */
export default function OrganizationsPage() {
  const t = useTranslations("publishing.organizations");
  const { data, error, refetch } = useOrganizations();
  const [making, setMaking] = useState(false);
  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  return (
    <>
      <header className="mt-3 flex flex-wrap items-center gap-3">
        <h1 className="min-w-0 flex-1 text-2xl font-semibold">{t("title")}</h1>
        <Button
          icon={<Plus size={16} aria-hidden />}
          aria-expanded={making}
          onClick={() => setMaking(!making)}
        >
          {t("new")}
        </Button>
      </header>
      {making ? <NewOrganization /> : null}
      {data?.items.length === 0 && !making ? (
        <EmptyState title={t("none")}>{t("noneHint")}</EmptyState>
      ) : null}
      <ul className="mt-5 grid gap-3 @2xl:grid-cols-2">
        {(data?.items ?? []).map((organization) => (
          <li
            key={organization.name}
            className="relative rounded-lg border border-line bg-surface p-4 focus-within:shadow-raised hover:shadow-raised"
          >
            <div className="flex items-center gap-2">
              <h2 className="min-w-0 truncate text-lg font-semibold">
                <AppLink
                  to={`/hub/-/organizations/${organization.name}`}
                  className="after:absolute after:inset-0 after:rounded-lg"
                >
                  {organization.displayName}
                </AppLink>
              </h2>
              {organization.trusted ? (
                <BadgeCheck size={16} className="shrink-0 text-accent-text" aria-label={t("trusted")} />
              ) : null}
              {organization.role ? (
                <Badge className="ml-auto">{t(`roles.${organization.role}`)}</Badge>
              ) : null}
            </div>
            <p className="font-mono text-sm text-muted">{organization.name}</p>
            {organization.description ? (
              <p className="mt-2 line-clamp-2 text-muted wrap-break-word">{organization.description}</p>
            ) : null}
            <p className="mt-2 text-sm text-muted tabular-nums">
              {t("counts", { images: organization.repositories, people: organization.members })}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function NewOrganization() {
  const t = useTranslations("publishing.organizations");
  const { navigate } = useNavigation();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const create = useMutation({
    mutationFn: () => api<OrganizationView>("POST", "/api/hub/organizations", { name, displayName }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: organizationsKey });
      navigate(`/hub/-/organizations/${made.name}`);
    },
  });
  const problem = create.error instanceof ApiProblem ? create.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form
      onSubmit={submit}
      className="mt-4 grid gap-4 rounded-lg border border-line bg-surface p-4 @2xl:grid-cols-2"
    >
      <TextField
        label={t("name")}
        help={t("nameHelp")}
        required
        mono
        autoFocus
        value={name}
        error={problem?.field("name")}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t("displayName")}
        value={displayName}
        error={problem?.field("displayName")}
        onChange={(event) => setDisplayName(event.target.value)}
      />
      {create.error && !problem?.problem.fields ? <ErrorState error={create.error} inline /> : null}
      <div className="@2xl:col-span-2">
        <Button type="submit" variant="primary" loading={create.isPending} disabled={!name.trim()}>
          {t("create")}
        </Button>
      </div>
    </form>
  );
}
