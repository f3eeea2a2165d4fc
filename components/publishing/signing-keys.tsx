"use client";
import { Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { ApiProblem } from "@/components/data/problem";
import { LazyMessages } from "@/components/i18n/messages";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/checkbox";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { TextArea } from "@/components/ui/text-field";
import type { OrganizationView } from "@/lib/model/organization-views";
import { useOrganizationChange } from "./use-organizations";

interface SigningKeysProps {
  organization: OrganizationView;
  mayChange: boolean;
}

/** The keys that an organization's images are signed with, and whether they have to be. */
export function SigningKeys(props: SigningKeysProps) {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="signing">
        <Section {...props} />
      </LazyMessages>
    </Suspense>
  );
}

function Section({ organization, mayChange }: SigningKeysProps) {
  const t = useTranslations("signing.keys");
  const remove = useOrganizationChange(organization.name);
  const require = useOrganizationChange(organization.name);
  return (
    <section className="mt-8">
      <h2 className="text-lg font-semibold">{t("title")}</h2>
      <p className="mt-1 max-w-prose text-muted">{t("hint")}</p>
      {organization.clusterRequiresSignatures ? (
        <p className="mt-1 max-w-prose text-muted">{t("cluster")}</p>
      ) : null}
      {organization.keys.length === 0 ? <p className="mt-2 text-muted">{t("none")}</p> : null}
      <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
        {organization.keys.map(({ fingerprint, kind }) => (
          <li key={fingerprint} className="flex flex-wrap items-center gap-3 px-4 py-2">
            <div className="flex min-w-0 flex-1 basis-40 items-center">
              <MiddleTruncate text={fingerprint} tail={8} mono className="text-sm" />
              <CopyButton text={fingerprint} name={fingerprint} />
            </div>
            <span className="text-sm text-muted">{kind}</span>
            {mayChange ? (
              <Button
                size="sm"
                aria-label={t("removeNamed", { key: fingerprint })}
                onClick={() => remove.mutate({ method: "DELETE", rest: ["keys", fingerprint] })}
              >
                {t("remove")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {remove.error ? <ErrorState error={remove.error} inline /> : null}
      {mayChange ? <AddKey organization={organization.name} /> : null}
      <Switch
        className="mt-3"
        label={t("require")}
        help={t("requireHelp")}
        checked={organization.requireSignature}
        disabled={!mayChange || require.isPending}
        onCheckedChange={(required) =>
          require.mutate({ method: "PUT", rest: ["signatures"], body: { required } })
        }
      />
      {require.error ? <ErrorState error={require.error} inline /> : null}
    </section>
  );
}

function AddKey({ organization }: { organization: string }) {
  const t = useTranslations("signing.keys");
  const [publicKey, setPublicKey] = useState("");
  const add = useOrganizationChange(organization);
  const problem = add.error instanceof ApiProblem ? add.error : undefined;
  return (
    <div className="mt-3 flex max-w-xl flex-col items-start gap-3">
      <TextArea
        className="w-full"
        label={t("paste")}
        help={t("pasteHelp")}
        placeholder="-----BEGIN PUBLIC KEY-----"
        mono
        value={publicKey}
        error={problem?.field("publicKey")}
        onChange={(event) => setPublicKey(event.target.value)}
      />
      {add.error && !problem?.problem.fields ? <ErrorState error={add.error} inline /> : null}
      <Button
        loading={add.isPending}
        disabled={publicKey.trim() === ""}
        onClick={() =>
          add.mutate(
            { method: "POST", rest: ["keys"], body: { publicKey } },
            { onSuccess: () => setPublicKey("") },
          )
        }
      >
        {t("add")}
      </Button>
    </div>
  );
}
