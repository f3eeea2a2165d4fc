"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";

/** For a person who came without a link: the code, as the terminal shows it. */
export function EnterCode({ onCode }: { onCode: (code: string) => void }) {
  const t = useTranslations("cli");
  const [code, setCode] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onCode(code.trim());
      }}
    >
      <h1 className="text-center text-xl font-semibold">{t("enter")}</h1>
      <p className="mt-2 mb-5 text-center text-muted">{t("enterHint")}</p>
      <TextField
        label={t("code")}
        mono
        autoCapitalize="characters"
        placeholder="ABCD-EFGH"
        maxLength={9}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" variant="primary" size="lg" className="mt-5 w-full" disabled={code.trim() === ""}>
        {t("continue")}
      </Button>
    </form>
  );
}
