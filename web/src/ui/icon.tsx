/** Strokes on a 24 × 24 field; what an icon means is always said in words beside it. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6L6 18',
  repeat: 'M4 11a8 8 0 0 1 14-4l2 2M20 4v5h-5M20 13a8 8 0 0 1-14 4l-2-2M4 20v-5h5',
  pause: 'M9 5v14M15 5v14',
  resume: 'M8 5l11 7-11 7z',
  stop: 'M7 7h10v10H7z',
  finish: 'M5 12.5l4.5 4.5L19 7.5',
  leave: 'M14 5h4a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-4M10 8l-4 4 4 4M6 12h9',
  send: 'M5 12h14M13 6l6 6-6 6',
  mute: 'M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3',
  unmute: 'M15 10V7a3 3 0 0 0-6 0v4a3 3 0 0 0 4 2.8M6 11a6 6 0 0 0 9.5 4.9M18 11a6 6 0 0 1-.4 2.1M12 17v3M4 4l16 16',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2',
  clock: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM12 8v4.5l3 2',
  volume: 'M4 10v4h3l5 4V6L7 10zM15.5 9.5a4 4 0 0 1 0 5M18 7a8 8 0 0 1 0 10',
  captions: 'M4 6h16v12H4zM10.5 10.5a2 2 0 1 0 0 3M17 10.5a2 2 0 1 0 0 3',
  captionsOff: 'M4 6h16v12H4zM4 4l16 16',
  help: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM9.8 9.8a2.3 2.3 0 1 1 3.3 2.1c-.8.4-1.1.9-1.1 1.8M12 16.4v.1',
  headphones: 'M5 15v-3a7 7 0 0 1 14 0v3M5 14h2.5v5H6a1 1 0 0 1-1-1zM19 14h-2.5v5H18a1 1 0 0 0 1-1z',
  record: 'M12 5a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5z',
  download: 'M12 4v11M7.5 11l4.5 4.5L16.5 11M5 19.5h14',
  erase: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  thinking: 'M7 12v.1M12 12v.1M17 12v.1',
  speaking: 'M5 10v4M9 7v10M13 9v6M17 6v12M21 10v4',
  keyboard: 'M4 7h16v10H4zM7.5 10.5v.1M11 10.5v.1M14.5 10.5v.1M8.5 14h7',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
