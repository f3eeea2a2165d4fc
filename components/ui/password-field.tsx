"use client";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "./button";
import { TextField, type TextFieldProps } from "./text-field";

/** One line that is hidden until its button shows it. */
export function PasswordField(props: Omit<TextFieldProps, "type" | "after">) {
  const t = useTranslations("common");
  const [shown, setShown] = useState(false);
  return (
    <TextField
      autoComplete="new-password"
      {...props}
      type={shown ? "text" : "password"}
      after={
        <IconButton
          label={shown ? t("hide") : t("show")}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="-mr-2.5"
        >
          {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
        </IconButton>
      }
    />
  );
}
