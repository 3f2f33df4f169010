/** A time in ms since the epoch as metav1.Time writes it: RFC 3339 in UTC, to the second. */
export const formatTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
