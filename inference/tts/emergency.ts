import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../core/log.ts';
import { emergencyPhrases } from '../../protocol/emergency-phrases.ts';
import type { Voice } from './voices.ts';

/** Renders a text whole, in a voice: 16-bit mono PCM at 24 kHz. */
export type RenderWhole = (text: string, voice: Voice) => Promise<Int16Array>;

/**
 * The last level: one sentence in each voice, which says that the voice is gone. Rendered while all is well, kept in
 * memory and on disk, so that it is there when nothing else is.
 */
export class EmergencyClips {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #clips = new Map<string, Int16Array>();

  /** @param folder where the clips are kept */
  constructor({ folder, voices, log }: { folder: string; voices: readonly Voice[]; log: Logger }) {
    this.#folder = folder;
    this.#log = log;
    for (const { id } of voices) {
      const clip = read(this.#file(id));
      if (clip !== undefined) this.#clips.set(id, clip);
    }
  }

  /** Undefined until it has been rendered once on this machine. */
  clip(voice: string): Int16Array | undefined {
    return this.#clips.get(voice);
  }

  /** Renders what is missing, one after the other. Never rejects. */
  async prepare(voices: readonly Voice[], render: RenderWhole): Promise<void> {
    for (const voice of voices.filter(({ id }) => !this.#clips.has(id))) {
      try {
        const clip = await render(emergencyPhrases(voice.language).voiceless, voice);
        this.#clips.set(voice.id, clip);
        await this.#keep(voice.id, clip);
      } catch (err) {
        this.#log.warn({ err, voice: voice.id }, 'an emergency clip could not be rendered or kept');
      }
    }
  }

  async #keep(voice: string, clip: Int16Array): Promise<void> {
    const file = this.#file(voice);
    const draft = `${file}.${process.pid}.draft`;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(draft, new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength));
    await rename(draft, file);
  }

  #file(voice: string): string {
    return join(this.#folder, `${voice}-voiceless.pcm`);
  }
}

function read(file: string): Int16Array | undefined {
  try {
    const bytes = readFileSync(file);
    return bytes.length < 2 || bytes.length % 2 !== 0 ? undefined : new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } catch {
    return undefined;
  }
}
