"use client";
import { useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useReason } from "@/components/i18n/reason";
import { Button, buttonClass } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import type { Installation } from "@/lib/model/resources";
import { waysOf } from "@/lib/model/ways";

export interface WaysOnProps {
  onRetry: () => void;
  retrying: boolean;
  /** Absent: there are no inputs. */
  onChangeInputs?: () => void;
  onUninstall: () => void;
  /** Before a link leads away. */
  onLeave?: () => void;
}

/** What may be done about a failure, the nearest to its cause first. */
export function WaysOn({ installation, ways }: { installation: Installation; ways: WaysOnProps }) {
  const t = useTranslations("installation");
  const { name } = installation.metadata;
  const open = waysOf(installation, ways.onChangeInputs !== undefined);
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {open.map(({ way, to }, index) => {
        const variant = index === 0 ? "primary" : "secondary";
        if (way === "quota") return <QuotaRequest key={way} installation={installation} />;
        if (to)
          return (
            <AppLink key={way} to={to} className={buttonClass(variant, "sm")} {...leaving(ways)}>
              {t(`waysOn.${way}`)}
            </AppLink>
          );
        return (
          <Button
            key={way}
            size="sm"
            variant={variant}
            loading={way === "retry" && ways.retrying}
            onClick={way === "inputs" ? ways.onChangeInputs : ways.onRetry}
          >
            {t(`waysOn.${way}`)}
          </Button>
        );
      })}
      <AppLink
        to={`/installations/${encodeURIComponent(name)}?tab=troubleshoot`}
        className={buttonClass("secondary", "sm")}
        {...leaving(ways)}
      >
        {t("waysOn.troubleshoot")}
      </AppLink>
      <Button size="sm" variant="quiet" onClick={ways.onUninstall}>
        {t("uninstall")}
      </Button>
    </div>
  );
}

const leaving = ({ onLeave }: WaysOnProps) => (onLeave ? { onClick: onLeave } : {});

/** Quotas are an administrator's to raise: what to ask for, ready to be sent. */
function QuotaRequest({ installation }: { installation: Installation }) {
  const t = useTranslations("installation");
  const words = useReason();
  const { namespace, user } = useSession();
  const { metadata, spec, status } = installation;
  const title = status?.title ?? metadata.name;
  const text = t("quotaRequest", {
    ...{ title, namespace, name: user.name, image: spec.image },
    reason: status ? words(status) : "",
  });
  return <CopyButton text={text} label={t("waysOn.quota")} />;
}
