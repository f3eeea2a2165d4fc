"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import type { Installation, UpgradeSettings as Settings } from "@/lib/model/resources";
import { useChange } from "./use-change";

const POLICIES = ["none", "patch", "minor"] as const;

/** What the installation takes by itself and when, and whether an upgrade that fails is taken back. */
export function UpgradeSettings({ installation, mayEdit }: { installation: Installation; mayEdit: boolean }) {
  const t = useTranslations("installation");
  const now = installation.spec.upgrade ?? {};
  const [policy, setPolicy] = useState(now.policy ?? "none");
  const [windowed, setWindowed] = useState(now.window !== undefined);
  const [window, setWindow] = useState({
    schedule: now.window?.schedule ?? "0 3 * * *",
    duration: String(now.window?.durationMinutes ?? 120),
    timeZone: now.window?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const [atomic, setAtomic] = useState(now.atomic === true);
  const [minutes, setMinutes] = useState(String((now.timeoutSeconds ?? 600) / 60));
  const change = useChange(installation.metadata.name);
  const bad = {
    schedule: windowed && window.schedule.trim().split(/\s+/).length !== 5,
    duration: windowed && !isBetween(window.duration, 1, 10_080),
    minutes: atomic && !isBetween(minutes, 1 / 60, 1440),
  };
  const wanted: Settings = {
    policy,
    atomic,
    timeoutSeconds: Math.round(Number(minutes) * 60),
    ...(policy !== "none" && windowed
      ? {
          window: {
            schedule: window.schedule.trim(),
            durationMinutes: Math.round(Number(window.duration)),
            timeZone: window.timeZone.trim() || "UTC",
          },
        }
      : {}),
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!Object.values(bad).some(Boolean)) change.mutate({ upgrade: wanted });
      }}
    >
      <Select
        className="max-w-md"
        label={t("upgrades.policy")}
        help={t("upgrades.policyHint")}
        value={policy}
        disabled={!mayEdit}
        options={POLICIES.map((value) => ({ value, label: t(`upgrades.policies.${value}`) }))}
        onValueChange={(value) => setPolicy(POLICIES.find((each) => each === value) ?? "none")}
      />
      {policy === "none" ? null : (
        <Checkbox
          label={t("upgrades.window")}
          checked={windowed}
          disabled={!mayEdit}
          onCheckedChange={setWindowed}
        />
      )}
      {policy !== "none" && windowed ? (
        <div className="grid gap-3 @xl:grid-cols-3">
          <TextField
            mono
            label={t("upgrades.schedule")}
            help={t("upgrades.scheduleHint")}
            error={bad.schedule ? t("upgrades.scheduleWrong") : undefined}
            value={window.schedule}
            disabled={!mayEdit}
            onChange={(event) => setWindow({ ...window, schedule: event.target.value })}
          />
          <TextField
            inputMode="numeric"
            label={t("upgrades.duration")}
            error={bad.duration ? t("faults.number") : undefined}
            value={window.duration}
            disabled={!mayEdit}
            onChange={(event) => setWindow({ ...window, duration: event.target.value })}
          />
          <TextField
            label={t("upgrades.timeZone")}
            value={window.timeZone}
            disabled={!mayEdit}
            onChange={(event) => setWindow({ ...window, timeZone: event.target.value })}
          />
        </div>
      ) : null}
      <Checkbox
        label={t("upgrades.atomic")}
        help={t("upgrades.atomicHint")}
        checked={atomic}
        disabled={!mayEdit}
        onCheckedChange={setAtomic}
      />
      {atomic ? (
        <TextField
          className="max-w-40"
          inputMode="decimal"
          label={t("upgrades.minutes")}
          error={bad.minutes ? t("faults.number") : undefined}
          value={minutes}
          disabled={!mayEdit}
          onChange={(event) => setMinutes(event.target.value)}
        />
      ) : null}
      {change.error ? <ErrorState error={change.error} inline /> : null}
      {mayEdit ? (
        <div className="flex items-center gap-3">
          <Button type="submit" variant="primary" size="sm" loading={change.isPending}>
            {t("apply")}
          </Button>
          <span role="status" className="text-sm text-muted">
            {change.isSuccess ? t("upgrades.saved") : null}
          </span>
        </div>
      ) : null}
    </form>
  );
}

function isBetween(text: string, least: number, most: number): boolean {
  const number = Number(text);
  return text.trim() !== "" && number >= least && number <= most;
}
