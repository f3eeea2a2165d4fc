"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { ApiProblem } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { PasswordField } from "@/components/ui/password-field";
import { TextField } from "@/components/ui/text-field";
import type { RegistryHost, SignIn } from "@/lib/model/organization-views";
import { credentialsKey } from "./use-organizations";

interface CredentialFormProps {
  org: string;
  /** Whose credentials are replaced; absent for a new registry. */
  host?: RegistryHost | undefined;
  onSaved: (registry: string, signIn: SignIn) => void;
  onCancel: () => void;
}

/** A registry, a user and a password; the registry is asked before they are kept. */
export function CredentialForm({ org, host, onSaved, onCancel }: CredentialFormProps) {
  const t = useTranslations("publishing.registries");
  const client = useQueryClient();
  const [registry, setRegistry] = useState(host?.registry ?? "");
  const [username, setUsername] = useState(host?.username ?? "");
  const [password, setPassword] = useState("");
  const where = registry.trim();
  const save = useMutation({
    mutationFn: () =>
      api<{ registry: string; signIn: SignIn }>(
        "PUT",
        apiPath("hub", "organizations", org, "credentials", where),
        {
          username: username.trim(),
          password,
        },
      ),
    onSuccess: async ({ registry: kept, signIn }) => {
      await client.invalidateQueries({ queryKey: credentialsKey(org) });
      onSaved(kept, signIn);
    },
  });
  const problem = save.error instanceof ApiProblem ? save.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4 @2xl:grid-cols-3">
      {host ? null : (
        <TextField
          label={t("registry")}
          required
          mono
          autoFocus
          placeholder="registry.example.com"
          value={registry}
          error={problem?.field("registry")}
          onChange={(event) => setRegistry(event.target.value)}
        />
      )}
      <TextField
        label={t("username")}
        required
        mono
        value={username}
        error={problem?.field("username")}
        onChange={(event) => setUsername(event.target.value)}
      />
      <PasswordField
        label={t("password")}
        required
        autoFocus={host !== undefined}
        value={password}
        error={problem?.field("password") ?? (host ? problem?.field("registry") : undefined)}
        onChange={(event) => setPassword(event.target.value)}
      />
      {save.error && !problem?.problem.fields ? (
        <div className="@2xl:col-span-3">
          <ErrorState error={save.error} inline />
        </div>
      ) : null}
      <div className="flex flex-wrap gap-2 @2xl:col-span-3">
        <Button
          type="submit"
          variant="primary"
          loading={save.isPending}
          disabled={!where || !username.trim() || !password}
        >
          {t("save")}
        </Button>
        <Button onClick={onCancel}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
