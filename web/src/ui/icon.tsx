/** Strokes on a 24 × 24 field; what an icon means is always said in words beside it. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  repeat: 'M4 11a8 8 0 0 1 14-4l2 2M20 4v5h-5M20 13a8 8 0 0 1-14 4l-2-2M4 20v-5h5',
  pause: 'M9 5v14M15 5v14',
  resume: 'M8 5l11 7-11 7z',
  finish: 'M5 12.5l4.5 4.5L19 7.5',
  leave: 'M14 5h4a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-4M10 8l-4 4 4 4M6 12h9',
  send: 'M5 12h14M13 6l6 6-6 6',
  mute: 'M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3',
  unmute: 'M15 10V7a3 3 0 0 0-6 0v4a3 3 0 0 0 4 2.8M6 11a6 6 0 0 0 9.5 4.9M18 11a6 6 0 0 1-.4 2.1M12 17v3M4 4l16 16',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
