"use client";
import { type ReactNode, useId } from "react";
import { cx } from "./cx";

interface ToggleProps {
  label: ReactNode;
  /** One line under the label. */
  help?: ReactNode;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  name?: string;
  id?: string;
  hideLabel?: boolean;
  className?: string;
}

/** A box with its label; the whole line is the target. */
export function Checkbox(props: ToggleProps) {
  return <Toggle {...props} kind="checkbox" />;
}

/** For what takes effect at once. */
export function Switch(props: ToggleProps) {
  return <Toggle {...props} kind="switch" />;
}

const looks = {
  checkbox: "size-4 accent-accent",
  switch: cx(
    "relative h-5 w-9 appearance-none rounded-full border border-line-strong bg-sunken transition-colors checked:border-accent checked:bg-accent",
    "after:absolute after:top-[2px] after:left-[2px] after:size-3.5 after:rounded-full after:bg-line-strong after:transition-transform checked:after:translate-x-4 checked:after:bg-on-accent",
  ),
};

function Toggle({
  kind,
  label,
  help,
  checked,
  onCheckedChange,
  disabled,
  name,
  id,
  hideLabel,
  className,
}: ToggleProps & { kind: keyof typeof looks }) {
  const generated = useId();
  const inputId = id ?? generated;
  return (
    <div className={cx("flex min-h-8 items-start gap-2.5 py-1", disabled && "opacity-60", className)}>
      <input
        id={inputId}
        name={name}
        type="checkbox"
        role={kind === "switch" ? "switch" : undefined}
        checked={checked}
        disabled={disabled}
        aria-describedby={help ? `${inputId}-help` : undefined}
        onChange={(event) => onCheckedChange(event.target.checked)}
        className={cx("shrink-0", kind === "switch" ? "mt-px" : "mt-1", looks[kind])}
      />
      <div className={hideLabel ? "sr-only" : "min-w-0"}>
        <label htmlFor={inputId} className="block cursor-pointer leading-6">
          {label}
        </label>
        {help ? (
          <p id={`${inputId}-help`} className="text-sm text-muted">
            {help}
          </p>
        ) : null}
      </div>
    </div>
  );
}
