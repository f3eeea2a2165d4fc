"use client";
import { ArrowDownToLine, Download, Pause, Play, RotateCw, WrapText } from "lucide-react";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { download } from "@/components/data/download";
import { useSession } from "@/components/data/session";
import { Button, IconButton } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Select } from "@/components/ui/select";
import type { PodView } from "@/lib/model/stream";
import { type LogBlock, logText } from "./log-buffer";
import { useLog } from "./use-log";

interface LogsPanelProps {
  pods: readonly PodView[];
  chosen: string;
  onChoose: (pod: string) => void;
}

/** The log of one container: follow, pause, wrap, download. */
export default function LogsPanel({ pods, chosen, onChoose }: LogsPanelProps) {
  const t = useTranslations("provider");
  const { namespace } = useSession();
  const pod = pods.find((each) => each.name === chosen) ?? pods[0];
  const [wanted, setWanted] = useState("");
  const container =
    pod?.containers.find((each) => each.name === wanted)?.name ?? pod?.containers[0]?.name ?? "";
  const [paused, setPaused] = useState(false);
  const [wrap, setWrap] = useState(false);
  const { buffer, state, again } = useLog(namespace, pod?.name ?? "", container, paused);
  const { scroller, pinned, pin, onScroll } = usePinned(buffer);

  if (!pod) return <p className="py-4 text-muted">{t("noPods")}</p>;
  const save = () => download(`${pod.name}-${container}.log`, "text/plain", `${logText(buffer)}\n`);
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <Select
          label={t("pod")}
          hideLabel
          className="min-w-0 flex-1 basis-40 @2xl:max-w-72"
          value={pod.name}
          onValueChange={onChoose}
          options={pods.map((each) => ({ value: each.name, label: each.name }))}
        />
        {pod.containers.length > 1 ? (
          <Select
            label={t("container")}
            hideLabel
            className="min-w-0 flex-1 basis-32 @2xl:max-w-56"
            value={container}
            onValueChange={setWanted}
            options={pod.containers.map((each) => ({ value: each.name, label: each.name }))}
          />
        ) : null}
        <span role="status" className="text-sm text-muted tabular-nums">
          {t(paused ? "log.paused" : `log.${state}`)} · {t("log.lines", { count: buffer.size })}
        </span>
        <span className="ml-auto flex items-center gap-1">
          {state === "lost" || state === "ended" ? (
            <IconButton label={t("log.again")} onClick={again}>
              <RotateCw size={16} aria-hidden />
            </IconButton>
          ) : null}
          <IconButton
            label={t(paused ? "log.resume" : "log.pause")}
            aria-pressed={paused}
            onClick={() => setPaused(!paused)}
          >
            {paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
          </IconButton>
          <IconButton
            label={t("log.wrap")}
            aria-pressed={wrap}
            className={wrap ? "bg-accent-soft" : ""}
            onClick={() => setWrap(!wrap)}
          >
            <WrapText size={16} aria-hidden />
          </IconButton>
          <IconButton label={t("log.download")} disabled={buffer.size === 0} onClick={save}>
            <Download size={16} aria-hidden />
          </IconButton>
        </span>
      </div>
      <div className="relative">
        <section
          ref={scroller}
          onScroll={onScroll}
          aria-label={t("logsOf", { name: pod.name })}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className={cx(
            "h-[min(60dvh,560px)] overflow-auto bg-sunken p-3 font-mono text-xs leading-5 -outline-offset-2",
            wrap ? "whitespace-pre-wrap wrap-anywhere" : "whitespace-pre",
          )}
        >
          {buffer.size === 0 && state !== "connecting" ? (
            <p className="text-muted">{t("log.nothing")}</p>
          ) : null}
          {buffer.blocks.map((block) => (
            <Block key={block.id} block={block} />
          ))}
        </section>
        {pinned ? null : (
          <Button
            size="sm"
            className="absolute right-4 bottom-3 shadow-raised"
            icon={<ArrowDownToLine size={14} aria-hidden />}
            onClick={pin}
          >
            {t("log.toEnd")}
          </Button>
        )}
      </div>
    </div>
  );
}

const Block = memo(function Block({ block }: { block: LogBlock }) {
  return (
    <div className="[contain-intrinsic-size:auto_4000px] [content-visibility:auto]">{`${block.lines.join("\n")}\n`}</div>
  );
});

/** Stays at the end until the reader scrolls up, and again once they are back there. */
function usePinned(version: unknown) {
  const scroller = useRef<HTMLElement>(null);
  const [pinned, setPinned] = useState(true);
  const stay = useRef(true);
  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line may need the scroll
  useLayoutEffect(() => {
    if (stay.current) toEnd();
  }, [version]);
  useEffect(() => {
    stay.current = pinned;
  }, [pinned]);
  return {
    scroller,
    pinned,
    pin: () => {
      stay.current = true;
      setPinned(true);
      toEnd();
    },
    onScroll: () => {
      const element = scroller.current;
      if (!element) return;
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
      stay.current = atEnd;
      setPinned(atEnd);
    },
  };
}
