"use client";
import type { WidgetProps } from "@rjsf/utils";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import { controlClass } from "@/components/ui/field";
import type { FormSchema } from "./binding";
import { splitQuantity, units } from "./quantity";

/** A Kubernetes quantity: a number and its unit. What it cannot split is shown as text, so that nothing is lost. */
export function QuantityWidget({ id, value, schema, disabled, readonly, onChange, rawErrors }: WidgetProps) {
  const t = useTranslations("provider");
  const kind = (schema as FormSchema)["x-ui"]?.unit === "cores" ? "cores" : "bytes";
  const offered: readonly string[] = units[kind];
  const [unit, setUnit] = useState<string>(kind === "cores" ? "" : "Gi");
  const text = value === undefined || value === null ? "" : String(value);
  const quantity = splitQuantity(text, offered);
  const free = text !== "" && !quantity;
  const suffix = quantity?.suffix ?? unit;
  const wiring = {
    id,
    "aria-invalid": rawErrors?.length ? true : undefined,
    "aria-describedby": `${id}__note ${id}__help`,
    disabled: disabled || readonly,
    spellCheck: false,
    autoComplete: "off",
  } as const;
  const change = (number: string) => {
    const trimmed = number.trim();
    if (trimmed === "") onChange(undefined);
    else if (/[A-Za-z]$/.test(trimmed) || !/^[\d.]+$/.test(trimmed)) onChange(trimmed);
    else onChange(`${trimmed}${suffix}`);
  };
  return (
    <div className="flex max-w-80 gap-2">
      <input
        {...wiring}
        inputMode="decimal"
        value={free ? text : (quantity?.number ?? "")}
        onChange={(event) => change(event.target.value)}
        className={cx(controlClass, "min-w-0 flex-1 tabular-nums")}
      />
      {free ? null : (
        <div className="relative w-32 shrink-0">
          <select
            aria-label={t("form.unit")}
            value={suffix}
            disabled={wiring.disabled}
            onChange={(event) => {
              setUnit(event.target.value);
              if (quantity) onChange(`${quantity.number}${event.target.value}`);
            }}
            className={cx(controlClass, "appearance-none pr-8")}
          >
            {offered.map((each) => (
              <option key={each} value={each}>
                {each === "" ? t("form.cores") : each === "m" ? t("form.millicores") : each}
              </option>
            ))}
          </select>
          <ChevronDown
            size={16}
            aria-hidden
            className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-muted"
          />
        </div>
      )}
    </div>
  );
}
