"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useNavigation } from "@/components/data/navigation";
import { ApiProblem } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { TextArea, TextField } from "@/components/ui/text-field";
import type { OrganizationView } from "@/lib/model/organization-views";
import { useOrganizationChange } from "./use-organizations";

/** What an organization says of itself, and its end. */
export function OrganizationSettings({ organization }: { organization: OrganizationView }) {
  const t = useTranslations("publishing.organizations");
  const { navigate } = useNavigation();
  const [displayName, setDisplayName] = useState(organization.displayName);
  const [description, setDescription] = useState(organization.description);
  const change = useOrganizationChange(organization.name);
  const remove = useOrganizationChange(organization.name);
  const problem = change.error instanceof ApiProblem ? change.error : undefined;
  return (
    <section className="mt-8">
      <h2 className="text-lg font-semibold">{t("settings")}</h2>
      <div className="mt-3 flex max-w-xl flex-col gap-4">
        <TextField
          label={t("displayName")}
          value={displayName}
          error={problem?.field("displayName")}
          onChange={(event) => setDisplayName(event.target.value)}
        />
        <TextArea
          label={t("description")}
          value={description}
          error={problem?.field("description")}
          onChange={(event) => setDescription(event.target.value)}
        />
        {change.error && !problem?.problem.fields ? <ErrorState error={change.error} inline /> : null}
        <div className="flex flex-wrap gap-2">
          <Button
            loading={change.isPending}
            onClick={() => change.mutate({ method: "PATCH", rest: [], body: { displayName, description } })}
          >
            {t("save")}
          </Button>
          {organization.repositories === 0 ? (
            <Button
              variant="danger"
              loading={remove.isPending}
              onClick={() =>
                remove.mutate(
                  { method: "DELETE", rest: [] },
                  { onSuccess: () => navigate("/hub/-/organizations") },
                )
              }
            >
              {t("delete")}
            </Button>
          ) : null}
        </div>
        {remove.error ? <ErrorState error={remove.error} inline /> : null}
      </div>
    </section>
  );
}
