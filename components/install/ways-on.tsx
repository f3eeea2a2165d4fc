"use client";
import { useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { type Said, useReason } from "@/components/i18n/reason";
import { Button, buttonClass } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { parseImageReference } from "@/lib/model/names";
import type { PlanBlocker } from "@/lib/model/plan";
import type { Installation } from "@/lib/model/resources";
import { waysOf } from "@/lib/model/ways";

export interface WaysOnProps {
  onRetry: () => void;
  retrying: boolean;
  /** Absent: there are no inputs. */
  onChangeInputs?: () => void;
  /** Where an upgrade failed. */
  onRollBack?: () => void;
  onUninstall: () => void;
  /** Before a link leads away. */
  onLeave?: () => void;
}

/** What may be done about a failure, the nearest to its cause first. */
export function WaysOn({ installation, ways }: { installation: Installation; ways: WaysOnProps }) {
  const t = useTranslations("installation");
  const { name } = installation.metadata;
  const { spec, status } = installation;
  const { phase, from } = status?.upgrade ?? {};
  const back =
    phase === "Failed" && from && ways.onRollBack ? parseImageReference(from.image)?.tag : undefined;
  const open = waysOf(status ?? {}, spec.image, ways.onChangeInputs !== undefined);
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {back ? (
        <Button size="sm" variant="primary" onClick={ways.onRollBack}>
          {t("rollback.to", { tag: back })}
        </Button>
      ) : null}
      {open.map(({ way, to }, index) => {
        const variant = index === 0 && !back ? "primary" : "secondary";
        if (way === "quota")
          return (
            <QuotaRequest key={way} title={status?.title ?? name} image={spec.image} said={status ?? {}} />
          );
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

const leaving = ({ onLeave }: Pick<WaysOnProps, "onLeave">) => (onLeave ? { onClick: onLeave } : {});

interface PlanWaysProps {
  /** What stands in the way. */
  blocker: PlanBlocker;
  image: string;
  onLeave?: () => void;
}

/** Where to go from a plan that cannot be carried out; the form beside it is there already. */
export function PlanWays({ blocker, image, onLeave }: PlanWaysProps) {
  const t = useTranslations("installation");
  const open = waysOf(blocker, image, false).filter(({ way, to }) => to !== undefined || way === "quota");
  if (open.length === 0) return null;
  return (
    <p className="mt-2 flex flex-wrap gap-2">
      {open.map(({ way, to }) =>
        to ? (
          <AppLink key={way} to={to} className={buttonClass("secondary", "sm")} {...leaving({ onLeave })}>
            {t(`waysOn.${way}`)}
          </AppLink>
        ) : (
          <QuotaRequest key={way} title={image} image={image} said={blocker} />
        ),
      )}
    </p>
  );
}

/** Quotas are an administrator's to raise: what to ask for, ready to be sent. */
function QuotaRequest({ title, image, said }: { title: string; image: string; said: Said }) {
  const t = useTranslations("installation");
  const words = useReason();
  const { namespace, user } = useSession();
  const text = t("quotaRequest", { title, namespace, image, name: user.name, reason: words(said) });
  return <CopyButton text={text} label={t("waysOn.quota")} />;
}
