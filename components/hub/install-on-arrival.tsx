"use client";
import { useEffect, useRef } from "react";
import { queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import type { RepositoryDetail } from "@/lib/model/repository-views";
import { useInstall } from "./install-host";
import { linkedInputs } from "./install-link";

/** On the page of an install link: opens the dialog once, and takes what was filled in out of the address. */
export default function InstallOnArrival({ detail }: { detail: RepositoryDetail }) {
  const { path, navigate } = useNavigation();
  const { install } = useInstall();
  const done = useRef(false);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    const { card, tag, inputs } = detail;
    const query = queryOf(path);
    install({ kind: "install", card, tag, linked: linkedInputs(query, inputs) });
    const filled = [...query.keys()].filter((key) => key.startsWith("input."));
    navigate(withQuery(path, Object.fromEntries(filled.map((key) => [key, undefined]))), { replace: true });
  }, [detail, path, navigate, install]);
  return null;
}
