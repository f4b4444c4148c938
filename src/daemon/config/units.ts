const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
};

/** The longest delay that a Node timer can hold. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A duration as people write it, `500ms`, `240s`, `5m`, `1.5h`, in milliseconds; undefined when it is none, not above
 * zero, or longer than a timer can run (24 days).
 */
export function parseDuration(text: string): number | undefined {
  const ms = parseAmount(text, DURATION_UNITS);
  return ms !== undefined && ms <= LONGEST_MS ? ms : undefined;
}

/** A size as people write it, `512 B`, `256 KB`, `2 GB`, in bytes (1 KB is 1024); undefined when it is none. */
export function parseSize(text: string): number | undefined {
  return parseAmount(text, SIZE_UNITS);
}

function parseAmount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,3})?) ?([A-Za-z]{1,2})$/.exec(text);
  if (match === null || !Object.hasOwn(units, match[2])) return undefined;
  const amount = Math.round(Number(match[1]) * units[match[2]]);
  return amount > 0 && Number.isSafeInteger(amount) ? amount : undefined;
}

/** Bytes for people: `262144` is `256 KB`. */
export function formatSize(bytes: number): string {
  for (const [unit, factor] of Object.entries(SIZE_UNITS).toReversed()) {
    if (bytes >= factor) return `${trimmed(bytes / factor)} ${unit}`;
  }
  return `${bytes} B`;
}

/** Milliseconds for people: `240000` is `240s`, `300000` is `5m`. */
export function formatDuration(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 300_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms >= 1000 ? `${trimmed(ms / 1000)}s` : `${ms}ms`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(1)));
}
