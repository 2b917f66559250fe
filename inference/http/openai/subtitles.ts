import type { Segment } from '../../../protocol/transcript.ts';

/** SubRip subtitles. */
export function toSrt(segments: readonly Segment[]): string {
  return segments.map(({ start, end, text }, index) => `${index + 1}\n${timestamp(start, ',')} --> ${timestamp(end, ',')}\n${text}\n\n`).join('');
}

/** WebVTT subtitles, https://www.w3.org/TR/webvtt1 */
export function toVtt(segments: readonly Segment[]): string {
  return `WEBVTT\n\n${segments.map(({ start, end, text }) => `${timestamp(start, '.')} --> ${timestamp(end, '.')}\n${text}\n\n`).join('')}`;
}

/** Seconds → 00:00:00,000 */
function timestamp(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const parts = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map((part) => String(Math.floor(part)).padStart(2, '0'));
  return `${parts.join(':')}${point}${String(ms % 1000).padStart(3, '0')}`;
}
