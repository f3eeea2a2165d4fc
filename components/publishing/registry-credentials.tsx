"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import type { RegistryHost, SignIn } from "@/lib/model/organization-views";
import { CredentialForm } from "./credential-form";
import { credentialsKey } from "./use-organizations";

/** Which registries the organization signs in to; owners add, replace and remove, and learn whether it works. */
export default function RegistryCredentials({ org, owner }: { org: string; owner: boolean }) {
  const t = useTranslations("publishing.registries");
  const { data, error, refetch } = useQuery({
    queryKey: credentialsKey(org),
    queryFn: ({ signal }) =>
      api<{ items: RegistryHost[] }>("GET", apiPath("hub", "organizations", org, "credentials"), undefined, {
        signal,
      }),
  });
  /** The host whose form is open; empty for a new one. */
  const [editing, setEditing] = useState<string>();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, SignIn>>(new Map());
  const saved = (registry: string, signIn: SignIn) => {
    setOutcomes(new Map(outcomes).set(registry, signIn));
    setEditing(undefined);
  };
  const form = (host?: RegistryHost) => (
    <CredentialForm org={org} host={host} onSaved={saved} onCancel={() => setEditing(undefined)} />
  );
  return (
    <section className="mt-8">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="min-w-0 flex-1 text-lg font-semibold">{t("title")}</h2>
        {owner && data ? (
          <Button
            icon={<Plus size={16} aria-hidden />}
            aria-expanded={editing === ""}
            onClick={() => setEditing(editing === "" ? undefined : "")}
          >
            {t("add")}
          </Button>
        ) : null}
      </div>
      <p className="mt-1 max-w-prose text-muted">{t(owner ? "hint" : "hintPublisher")}</p>
      {error && !data ? <ErrorState error={error} onRetry={() => refetch()} inline /> : null}
      {!data && !error ? (
        <SkeletonGroup label={t("loading")} className="mt-3">
          <Skeleton className="h-14 w-full" />
        </SkeletonGroup>
      ) : null}
      {editing === "" ? (
        <div className="mt-3 rounded-lg border border-line bg-surface p-4">{form()}</div>
      ) : null}
      {data?.items.length === 0 && editing !== "" ? <p className="mt-3 text-muted">{t("none")}</p> : null}
      <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
        {(data?.items ?? []).map((host) => (
          <li key={host.registry} className="px-4 py-2.5">
            <Row
              org={org}
              host={host}
              owner={owner}
              outcome={outcomes.get(host.registry)}
              editing={editing === host.registry}
              onEdit={() => setEditing(editing === host.registry ? undefined : host.registry)}
            />
            {editing === host.registry ? <div className="mt-3 pb-2">{form(host)}</div> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

const TONES: Record<SignIn, Tone> = { "signed-in": "ok", "not-asked": "neutral", unreachable: "warn" };

function Row({
  org,
  host,
  owner,
  outcome,
  editing,
  onEdit,
}: {
  org: string;
  host: RegistryHost;
  owner: boolean;
  outcome: SignIn | undefined;
  editing: boolean;
  onEdit: () => void;
}) {
  const t = useTranslations("publishing.registries");
  const { registry, username } = host;
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api<undefined>("DELETE", apiPath("hub", "organizations", org, "credentials", registry)),
    onSettled: () => client.invalidateQueries({ queryKey: credentialsKey(org) }),
  });
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-mono wrap-anywhere">{registry}</p>
          <p className="text-sm text-muted wrap-anywhere">{t("as", { username })}</p>
        </div>
        <span role="status">
          {outcome ? <Badge tone={TONES[outcome]}>{t(`outcomes.${outcome}`)}</Badge> : null}
        </span>
        {owner ? (
          <div className="flex gap-2">
            <Button
              size="sm"
              aria-label={t("replaceNamed", { registry })}
              aria-expanded={editing}
              onClick={onEdit}
            >
              {t("replace")}
            </Button>
            <Button
              size="sm"
              aria-label={t("removeNamed", { registry })}
              aria-expanded={asking}
              onClick={() => setAsking(!asking)}
            >
              {t("remove")}
            </Button>
          </div>
        ) : null}
      </div>
      {asking ? (
        <div className="mt-2 flex flex-wrap items-center gap-2 rounded-md bg-sunken px-3 py-2">
          <p className="min-w-0 flex-1 basis-64">{t("removeHint", { registry })}</p>
          <Button size="sm" onClick={() => setAsking(false)}>
            {t("keep")}
          </Button>
          <Button size="sm" variant="danger" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("removeNamed", { registry })}
          </Button>
        </div>
      ) : null}
      {remove.error ? <ErrorState error={remove.error} inline /> : null}
    </>
  );
}
