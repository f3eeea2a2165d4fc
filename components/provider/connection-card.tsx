"use client";
import { useQuery } from "@tanstack/react-query";
import { Download, Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { ApiProblem, api, apiPath } from "@/components/data/api";
import { download } from "@/components/data/download";
import { useSession } from "@/components/data/session";
import { IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { InstanceKind } from "@/lib/model/image";
import type { ConnectionView, InstanceDetail } from "@/lib/model/stream";

/** Host, port, user, password and URIs, each to copy. Secret values are hidden until asked for. */
export function ConnectionCard({ instance, kind }: { instance: InstanceDetail; kind: InstanceKind }) {
  const t = useTranslations("provider");
  const locale = useLocale();
  const { namespace } = useSession();
  const [shown, setShown] = useState(false);
  const early = instance.phase === "Pending" || instance.phase === "Creating";
  const { data, error, refetch } = useQuery({
    queryKey: [
      "connection",
      namespace,
      instance.provider,
      instance.plural,
      instance.name,
      instance.phase,
      instance.ready,
    ],
    queryFn: ({ signal }) =>
      api<ConnectionView>(
        "GET",
        apiPath(
          "namespaces",
          namespace,
          "providers",
          instance.provider,
          instance.plural,
          instance.name,
          "connection",
        ),
        undefined,
        { signal },
      ),
    placeholderData: (before) => before,
    enabled: instance.phase !== "Deleting",
    gcTime: 0,
  });
  const labels = new Map(
    kind.connection?.fields.map((field) => [field.name, field.i18n?.[locale]?.label ?? field.label]),
  );
  const secret = data?.fields.some((field) => field.secret) || data?.uris.some((uri) => uri.secret);
  const waiting = early && (!data || (error instanceof ApiProblem && error.code === "not-found"));
  return (
    <div className="mt-5">
      <Card
        title={t("connection")}
        actions={
          secret ? (
            <IconButton
              label={t(shown ? "hideSecrets" : "showSecrets")}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            >
              {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
            </IconButton>
          ) : null
        }
      >
        {waiting ? (
          <p className="text-muted">{t("connectionLater")}</p>
        ) : error && !data ? (
          <ErrorState error={error} title={t("connectionUnreadable")} onRetry={refetch} inline />
        ) : !data ? (
          <Waiting connection={kind.connection} />
        ) : (
          <div className="flex flex-col gap-4">
            <dl className="grid min-w-0 gap-x-8 gap-y-1 @3xl:grid-cols-2">
              {data.fields.map((field) => (
                <Line
                  key={field.name}
                  name={labels.get(field.name) ?? field.label}
                  value={field.value}
                  hidden={field.secret && !shown}
                  file={field.file}
                />
              ))}
            </dl>
            {data.uris.length > 0 ? (
              <dl className="flex min-w-0 flex-col gap-1 border-t border-line pt-4">
                {data.uris.map((uri) => (
                  <Line
                    key={uri.name}
                    name={uri.name}
                    value={uri.value}
                    long
                    masked={shown ? undefined : masked(uri, data)}
                  />
                ))}
              </dl>
            ) : null}
          </div>
        )}
      </Card>
    </div>
  );
}

/** As much room as its lines will take, so that nothing below it moves. */
function Waiting({ connection }: { connection: InstanceKind["connection"] }) {
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-x-8 gap-y-1 @3xl:grid-cols-2">
        {connection?.fields.map(({ name }) => (
          <Skeleton key={name} className="h-9 w-full" />
        ))}
      </div>
      {connection?.uris?.length ? (
        <div className="flex flex-col gap-1 border-t border-line pt-4">
          {connection.uris.map(({ name }) => (
            <Skeleton key={name} className="h-20 w-full @md:h-9" />
          ))}
        </div>
      ) : null}
    </div>
  );
}

interface LineProps {
  name: string;
  value: string;
  /** Nothing of the value is shown. */
  hidden?: boolean;
  /** It is a file, to be saved under this name. */
  file?: string | undefined;
  /** Below its name on a narrow page. */
  long?: boolean;
  /** Shown instead of the value. */
  masked?: string | undefined;
}

function Line({ name, value, hidden = false, file, long = false, masked: instead }: LineProps) {
  const t = useTranslations("provider");
  return (
    <div
      className={cx(
        "flex min-h-9 min-w-0 gap-x-3",
        long && "flex-col @md:flex-row",
        file && "flex-col @3xl:col-span-2 @md:flex-row",
      )}
    >
      <dt className="w-24 shrink-0 pt-1.5 text-muted wrap-break-word @md:w-32">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-start gap-1">
        {value === "" ? (
          <span className="pt-1.5 text-muted">{t("notYet")}</span>
        ) : (
          <>
            <code
              className={cx(
                "min-w-0 flex-1 py-1.5 font-mono text-sm",
                file ? "max-h-64 overflow-auto whitespace-pre" : "wrap-anywhere",
              )}
            >
              {hidden ? (
                <>
                  <span aria-hidden>{DOTS}</span>
                  <span className="sr-only">{t("hidden")}</span>
                </>
              ) : (
                (instead ?? value)
              )}
            </code>
            <CopyButton text={value} name={name} />
            {file ? (
              <IconButton
                label={t("saveNamed", { file })}
                onClick={() => download(file, "application/yaml", value)}
              >
                <Download size={14} aria-hidden />
              </IconButton>
            ) : null}
          </>
        )}
      </dd>
    </div>
  );
}

const DOTS = "••••••••";

/** A URI with the secret parts dotted out; all of it when it is not clear which they are. */
function masked(uri: { value: string; secret: boolean }, connection: ConnectionView): string {
  if (!uri.secret) return uri.value;
  let text = uri.value;
  for (const field of connection.fields) {
    if (!field.secret || field.value === "") continue;
    for (const form of new Set([field.value, encodeURIComponent(field.value)]))
      text = text.replaceAll(form, DOTS);
  }
  return text === uri.value ? DOTS : text;
}
