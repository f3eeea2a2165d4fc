import { useEffect, useRef, useState } from "react";
import { apiPath } from "@/components/data/api";
import { appendLines, emptyLog, type LogBuffer } from "./log-buffer";

export type LogState = "connecting" | "following" | "ended" | "lost";

/** A container's log, followed. While paused, lines gather and come together when it goes on. */
export function useLog(namespace: string, pod: string, container: string, paused: boolean) {
  const [buffer, setBuffer] = useState<LogBuffer>(emptyLog);
  const [state, setState] = useState<LogState>("connecting");
  const [attempt, setAttempt] = useState(0);
  const held = useRef<string[]>([]);
  const hold = useRef(paused);
  hold.current = paused;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` opens the log again
  useEffect(() => {
    if (!pod) return;
    setBuffer(emptyLog);
    setState("connecting");
    held.current = [];
    let frame = 0;
    const flush = () => {
      frame = 0;
      if (hold.current || held.current.length === 0) return;
      const lines = held.current;
      held.current = [];
      setBuffer((now) => appendLines(now, lines));
    };
    const query = new URLSearchParams({ tail: "500", follow: "true", ...(container ? { container } : {}) });
    const source = new EventSource(`${apiPath("namespaces", namespace, "pods", pod, "logs")}?${query}`);
    source.onopen = () => setState("following");
    source.onmessage = (event: MessageEvent<string>) => {
      held.current.push(event.data);
      if (frame === 0) frame = requestAnimationFrame(flush);
    };
    source.addEventListener("end", () => {
      source.close();
      flush();
      setState("ended");
    });
    source.onerror = () => {
      // The browser would begin again from the last 500 lines and show them twice.
      source.close();
      flush();
      setState("lost");
    };
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, [namespace, pod, container, attempt]);

  useEffect(() => {
    if (paused || held.current.length === 0) return;
    const lines = held.current;
    held.current = [];
    setBuffer((now) => appendLines(now, lines));
  }, [paused]);

  return { buffer, state, again: () => setAttempt((count) => count + 1) };
}
