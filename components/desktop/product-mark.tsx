/** The product's mark: a porthole with a waterline. */
export function ProductMark({ size = 20 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32" fill="none">
      <rect width="32" height="32" rx="9" fill="#1f5fd8" />
      <circle cx="16" cy="16" r="8.6" stroke="#fff" strokeWidth="2.4" />
      <path d="M8.2 17.4c2.6-2 5.2-2 7.8 0s5.2 2 7.8 0a8 8 0 0 1-15.6 0z" fill="#fff" />
      <path
        d="M16 3.6v3M16 25.4v3M3.6 16h3M25.4 16h3"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}
