import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Hypotheses } from '../../../inference/stt/hypotheses.ts';
import { UtteranceStream, type UtteranceRecogniser } from '../../../inference/stt/recognition-stream.ts';
import { freshMemory, VAD_WINDOW } from '../../../inference/stt/vad.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';

const guess = fc.array(fc.constantFrom('je', 'Je', 'suis', 'suis,', 'Marie', 'mari', 'là', '!'), { maxLength: 6 }).map((words) => words.join(' '));

it('what guesses have shown stays as it is, letter by letter, whatever comes next', () => {
  fc.assert(fc.property(fc.array(guess, { maxLength: 12 }), (texts) => {
    const hypotheses = new Hypotheses();
    let before = '';
    for (const text of texts) {
      hypotheses.add({ text, tokens: [] });
      expect(hypotheses.shown === before || before === '' || hypotheses.shown.startsWith(`${before} `)).toBe(true);
      before = hypotheses.shown;
    }
  }));
});

/** Stretches of voice and of silence in windows, and an engine that guesses at random and takes its time. */
interface Scene {
  readonly stretches: readonly { readonly voiced: boolean; readonly windows: number }[];
  readonly guesses: readonly { readonly text: string; readonly turns: number }[];
  /** Windows pushed at a time. */
  readonly piece: number;
}

const scene: fc.Arbitrary<Scene> = fc.record({
  stretches: fc.array(fc.record({ voiced: fc.boolean(), windows: fc.integer({ min: 1, max: 60 }) }), { minLength: 1, maxLength: 12 }),
  guesses: fc.array(fc.record({ text: guess, turns: fc.integer({ min: 0, max: 12 }) }), { minLength: 1, maxLength: 20 }),
  piece: fc.integer({ min: 1, max: 40 }),
});

async function hear({ stretches, guesses, piece }: Scene): Promise<SttServerMessage[]> {
  const voiced = stretches.flatMap((stretch) => new Array<boolean>(stretch.windows).fill(stretch.voiced));
  let [heard, asked] = [0, 0];
  const engine: UtteranceRecogniser = {
    busy: () => false,
    voice: (audio) => {
      const windows = audio.length / VAD_WINDOW;
      const probabilities = Float32Array.from({ length: windows }, (_, window) => (voiced[heard + window] === true ? 0.9 : 0.1));
      heard += windows;
      return Promise.resolve({ probabilities, memory: freshMemory() });
    },
    async recognise() {
      const { text, turns } = guesses[asked++ % guesses.length] ?? { text: '', turns: 0 };
      for (let i = 0; i < turns; i += 1) await turn();
      return { text, words: [], confidence: 1, tokens: [], timings: { mel: 0, encode: 0, decode: 0, align: 0 } };
    },
  };
  const stream = new UtteranceStream(engine, { sampleRate: 16_000, language: 'fr', words: false, preflight: true });
  const messages: SttServerMessage[] = [];
  const listening = (async () => {
    for await (const { message } of stream) if (message !== undefined) messages.push(message);
  })();
  for (let from = 0; from < voiced.length; from += piece) {
    stream.push(new Int16Array(Math.min(piece, voiced.length - from) * VAD_WINDOW));
    await turn();
  }
  stream.end();
  await listening;
  return messages;
}

it('a stream takes no partial back before its result', async () => {
  let partials = 0;
  await fc.assert(fc.asyncProperty(scene, async (asWritten) => {
    let shown = '';
    for (const message of await hear(asWritten)) {
      if ('text' in message) shown = '';
      if (!('partial' in message)) continue;
      partials += 1;
      expect(message.partial.startsWith(shown)).toBe(true);
      shown = message.partial;
    }
  }), { numRuns: 150 });
  expect(partials).toBeGreaterThan(0);
});
