import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../core/log.ts';
import { emergencyPhrases, type EmergencyPhrase } from '../protocol/emergency-phrases.ts';

/** Renders one phrase whole: 16-bit mono PCM at 24 kHz. */
export type Render = (text: string) => Promise<Int16Array>;

/**
 * The coach's last words, rendered in its own voice while all is well and held in the session's memory, with a copy on
 * disk for a session that begins while nothing can speak.
 */
export class EmergencyClips {
  readonly #clips = new Map<EmergencyPhrase, Int16Array>();
  readonly #texts: Readonly<Record<EmergencyPhrase, string>>;

  constructor(language: string) {
    this.#texts = emergencyPhrases(language);
  }

  text(phrase: EmergencyPhrase): string {
    return this.#texts[phrase];
  }

  /** The clip's samples; none until they have been rendered once on this machine. */
  clip(phrase: EmergencyPhrase): Int16Array | undefined {
    return this.#clips.get(phrase);
  }

  /** Takes the clips from `folder`, renders those that are missing there. `voice` names the persona's voice; nobody minds what fails once `signal` is aborted. */
  async load({ folder, voice, render, signal, log }: { folder: string; voice: string; render: Render; signal: AbortSignal; log: Logger }): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const phrase of Object.keys(this.#texts) as EmergencyPhrase[]) {
      const file = join(folder, `${voice}-${phrase}.pcm`);
      try {
        this.#clips.set(phrase, await readClip(file).catch(() => keepClip(file, render(this.#texts[phrase]))));
      } catch (error) {
        signal.throwIfAborted();
        log.warn({ err: error, phrase }, 'an emergency clip could not be rendered');
      }
    }
  }
}

async function readClip(file: string): Promise<Int16Array> {
  const bytes = await readFile(file);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function keepClip(file: string, rendering: Promise<Int16Array>): Promise<Int16Array> {
  const clip = await rendering;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength));
  await rename(draft, file);
  return clip;
}
