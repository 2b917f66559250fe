import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReviewRecording } from '../../../protocol/session-review.ts';
import { placeOf, type Place } from './timeline.ts';

/** The session's sound as it is played again. */
export interface Replay {
  readonly playing: boolean;
  readonly failed: boolean;
  /** Unix ms of what is heard now, or where it was paused. */
  readonly at: number;
  /** Plays from Unix ms `at`. */
  readonly from: (at: number) => void;
  readonly pause: () => void;
}

/** Plays `recordings`, one after the other, as one sound. They must be the same list from one drawing to the next. */
export function useReplay(recordings: readonly ReviewRecording[]): Replay {
  const [state, setState] = useState({ playing: false, failed: false, at: recordings[0]?.startedAt ?? 0 });
  const player = useRef<Player>(undefined);
  useEffect(() => {
    const created = new Player(recordings, (changes) => setState((before) => ({ ...before, ...changes })));
    player.current = created;
    return () => created.close();
  }, [recordings]);
  const from = useCallback((at: number) => player.current?.from(at), []);
  const pause = useCallback(() => player.current?.pause(), []);
  return { ...state, from, pause };
}

type Report = (changes: { playing?: boolean; failed?: boolean; at?: number }) => void;

class Player {
  readonly #audio = new Audio();
  readonly #recordings: readonly ReviewRecording[];
  #place: Place | undefined;
  readonly #report: Report;

  constructor(recordings: readonly ReviewRecording[], report: Report) {
    this.#recordings = recordings;
    this.#report = report;
    const audio = this.#audio;
    audio.dataset['replay'] = '';
    audio.onplaying = () => report({ playing: true, failed: false });
    audio.onpause = () => report({ playing: false });
    audio.ontimeupdate = () => this.#place && report({ at: this.#place.recording.startedAt + audio.currentTime * 1_000 });
    audio.onended = () => this.#goOn();
    audio.onerror = () => report({ playing: false, failed: true });
    document.body.append(audio);
  }

  from(at: number): void {
    const place = placeOf(this.#recordings, at);
    if (!place) return;
    const audio = this.#audio;
    if (place.recording !== this.#place?.recording || audio.error) audio.src = place.recording.url;
    this.#place = place;
    this.#report({ at: place.recording.startedAt + place.seconds * 1_000 });
    // Before anything is loaded this says where to begin.
    audio.currentTime = place.seconds;
    audio.play().catch((error: unknown) => {
      // Paused, or sent elsewhere, before it began: no failure.
      if (!(error instanceof Error && error.name === 'AbortError')) this.#report({ playing: false, failed: true });
    });
  }

  pause(): void {
    this.#audio.pause();
  }

  close(): void {
    this.#audio.pause();
    this.#audio.remove();
  }

  #goOn(): void {
    const next = this.#recordings[this.#recordings.findIndex((recording) => recording === this.#place?.recording) + 1];
    if (next) this.from(next.startedAt);
    else this.#report({ playing: false });
  }
}
