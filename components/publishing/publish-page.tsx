"use client";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { AppLink, queryOf, useNavigation } from "@/components/data/navigation";
import { ApiProblem } from "@/components/data/problem";
import { Button, buttonClass } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import type { EditView } from "@/lib/model/editing-views";
import { SourceNote } from "./source-note";
import { useOrganizations } from "./use-organizations";

/** Makes images of a registry visible in the Hub. */
export default function PublishPage() {
  const t = useTranslations("publishing.publish");
  const { path, navigate } = useNavigation();
  const organizations = useOrganizations();
  const mine = (organizations.data?.items ?? []).filter(
    ({ role }) => role === "owner" || role === "publisher",
  );
  const [chosen, setChosen] = useState(queryOf(path).get("organization") ?? "");
  const organization = chosen || mine[0]?.name || "";
  const [repository, setRepository] = useState("");
  const [source, setSource] = useState("");
  const [hidden, setHidden] = useState(false);
  const publish = useMutation({
    mutationFn: () =>
      api<EditView>("POST", "/api/hub/repositories", {
        organization,
        repository: repository.trim(),
        source: source.trim(),
        visibility: hidden ? "private" : "public",
      }),
    onSuccess: () => navigate(`/hub/${organization}/${repository.trim()}/edit`, { replace: true }),
  });
  const problem = publish.error instanceof ApiProblem ? publish.error : undefined;
  if (organizations.error)
    return <ErrorState error={organizations.error} onRetry={() => organizations.refetch()} />;
  if (organizations.data && mine.length === 0 && !chosen)
    return (
      <EmptyState
        title={t("noOrganization")}
        action={
          <AppLink to="/hub/-/organizations" className={buttonClass("primary")}>
            {t("makeOrganization")}
          </AppLink>
        }
      >
        {t("noOrganizationHint")}
      </EmptyState>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate();
  };
  const options = mine.map(({ name, displayName }) => ({ value: name, label: displayName }));
  if (chosen && !options.some(({ value }) => value === chosen))
    options.push({ value: chosen, label: chosen });
  return (
    <form onSubmit={submit} className="mt-3 flex max-w-xl flex-col gap-5">
      <div>
        <h1 className="text-2xl font-semibold">{t("title")}</h1>
        <p className="mt-1 text-muted">{t("hint")}</p>
      </div>
      <Select label={t("organization")} value={organization} options={options} onValueChange={setChosen} />
      <TextField
        label={t("name")}
        help={t("nameHelp", { name: `${organization}/${repository || "…"}` })}
        required
        mono
        value={repository}
        error={problem?.field("repository")}
        onChange={(event) => setRepository(event.target.value)}
      />
      <div>
        <TextField
          label={t("source")}
          help={t("sourceHelp")}
          required
          mono
          placeholder="registry.example.com/acme/shop"
          value={source}
          error={problem?.field("source")}
          onChange={(event) => setSource(event.target.value)}
        />
        <SourceNote organization={organization} source={source} />
      </div>
      <Checkbox label={t("private")} help={t("privateHelp")} checked={hidden} onCheckedChange={setHidden} />
      {publish.error && !problem?.problem.fields ? <ErrorState error={publish.error} inline /> : null}
      <div>
        <Button
          type="submit"
          variant="primary"
          loading={publish.isPending}
          disabled={!repository.trim() || !source.trim() || !organization}
        >
          {t("publish")}
        </Button>
      </div>
    </form>
  );
}
