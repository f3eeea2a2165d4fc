"use client";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { type ButtonSize, type ButtonVariant, buttonClass } from "./button-class";
import { cx } from "./cx";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";

export type { ButtonSize, ButtonVariant } from "./button-class";
export { buttonClass } from "./button-class";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Shows a spinner, keeps the width, and ignores presses; the label stays for assistive technology. */
  loading?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** The one button. Its label says what it does. */
export function Button({
  variant,
  size,
  icon,
  loading,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || loading}
      aria-busy={loading || undefined}
      className={cx(buttonClass(variant, size), className)}
    >
      {loading ? <Spinner /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children" | "icon" | "loading"> {
  /** Names the button for assistive technology and in its tooltip. */
  label: string;
  children: ReactNode;
  /** Set false where a tooltip would be in the way. */
  tooltip?: boolean;
  shortcut?: string;
}

/** A square button with an icon; at least 32 px. */
export function IconButton({
  label,
  children,
  variant = "quiet",
  size = "sm",
  tooltip = true,
  shortcut,
  className,
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      {...rest}
      className={cx(
        buttonClass(variant, size),
        "px-0!",
        size === "lg" ? "w-11" : size === "md" ? "w-9" : "w-8",
        className,
      )}
    >
      {children}
    </button>
  );
  return tooltip ? (
    <Tooltip text={label} describe={false} {...(shortcut ? { shortcut } : {})}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
