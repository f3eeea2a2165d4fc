"use client";
import { useTranslations } from "use-intl";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { useReason } from "@/components/i18n/reason";
import { CopyButton } from "@/components/ui/copy-button";
import type { InstanceKind } from "@/lib/model/image";
import { type KubernetesObject, parseApiVersion } from "@/lib/model/kubernetes";
import { parseQuantity } from "@/lib/model/quantity";
import { countResource } from "@/lib/model/quota-count";

type Quota = KubernetesObject & {
  spec?: { hard?: Record<string, string> };
  status?: { used?: Record<string, string> };
};

/** Says, before anything is filled in for nothing, that the workspace may have no more of a kind. */
export function CountNotice({ kind, title }: { kind: InstanceKind; title: string }) {
  const t = useTranslations("provider");
  const words = useReason();
  const { namespace, user } = useSession();
  const { items } = useTopic<Quota>("quota");
  const { group } = parseApiVersion(kind.apiVersion);
  const resource = countResource(group, kind.plural);
  const full = [...items.values()]
    .map(({ spec, status }) => ({
      hard: parseQuantity(spec?.hard?.[resource]) ?? Number.POSITIVE_INFINITY,
      used: parseQuantity(status?.used?.[resource]) ?? 0,
    }))
    .find(({ hard, used }) => used >= hard);
  if (!full) return null;
  const reason = words({ reason: "quota-count", params: { ...full, plural: kind.plural, group } });
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center gap-3 rounded-lg border border-line bg-warn-soft px-4 py-3"
    >
      <p className="min-w-0 flex-1 basis-80 wrap-break-word">{reason}</p>
      <CopyButton
        label={t("copyQuotaRequest")}
        text={t("quotaRequest", { namespace, name: user.name, kind: title, reason: reason ?? "" })}
      />
    </div>
  );
}
