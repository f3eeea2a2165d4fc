/**
 * How much of something is done. `value` is 0…1; without it the ring turns. Draw it over an icon or beside a word;
 * `label` is what assistive technology reads.
 */
export function ProgressRing({
  value,
  size = 20,
  stroke = 2.5,
  label,
}: {
  value?: number;
  size?: number;
  stroke?: number;
  label: string;
}) {
  const radius = (size - stroke) / 2;
  const around = 2 * Math.PI * radius;
  const part = value === undefined ? 0.25 : Math.min(1, Math.max(0.02, value));
  return (
    <svg
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === undefined ? undefined : Math.round(value * 100)}
      width={size}
      height={size}
      viewBox={`0 0 ${size} ${size}`}
      fill="none"
      strokeWidth={stroke}
      className={value === undefined ? "animate-turn" : "-rotate-90"}
    >
      <circle cx={size / 2} cy={size / 2} r={radius} className="stroke-line" />
      <circle
        cx={size / 2}
        cy={size / 2}
        r={radius}
        className="stroke-accent-text transition-[stroke-dashoffset] duration-180"
        strokeLinecap="round"
        strokeDasharray={around}
        strokeDashoffset={around * (1 - part)}
      />
    </svg>
  );
}
