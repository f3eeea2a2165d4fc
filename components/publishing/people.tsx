"use client";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import type { OrganizationView } from "@/lib/model/organization-views";
import { roles } from "./types";
import { useOrganizationChange } from "./use-organizations";

interface PeopleProps {
  organization: OrganizationView;
  mayChange: boolean;
  onLeft: () => void;
}

/** The members, what each may do, and the ways out. */
export function People({ organization, mayChange, onLeft }: PeopleProps) {
  const t = useTranslations("publishing.organizations");
  const change = useOrganizationChange(organization.name);
  return (
    <section className="mt-8">
      <h2 className="text-lg font-semibold">{t("people")}</h2>
      {change.error ? <ErrorState error={change.error} inline /> : null}
      <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
        {organization.people.map((person) => (
          <li key={person.user} className="flex flex-wrap items-center gap-3 px-4 py-2">
            <div className="min-w-0 flex-1 basis-40">
              <p className="truncate">{person.name}</p>
              <p className="truncate font-mono text-sm text-muted">{person.user}</p>
            </div>
            {mayChange ? (
              <Select
                label={t("roleOf", { name: person.name })}
                hideLabel
                className="w-36"
                value={person.role}
                options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
                onValueChange={(role) =>
                  change.mutate({ method: "PUT", rest: ["members", person.user], body: { role } })
                }
              />
            ) : (
              <span className="text-muted">{t(`roles.${person.role}`)}</span>
            )}
            {person.self || mayChange ? (
              <Button
                size="sm"
                aria-label={t(person.self ? "leaveNamed" : "removeNamed", {
                  name: person.self ? organization.displayName : person.name,
                })}
                onClick={() =>
                  change.mutate(
                    { method: "DELETE", rest: ["members", person.user] },
                    { onSuccess: () => (person.self ? onLeft() : undefined) },
                  )
                }
              >
                {t(person.self ? "leave" : "remove")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
