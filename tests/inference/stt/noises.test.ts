import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { ComputeGate, PRIORITY } from '../../../inference/process/compute-gate.ts';
import { toPcm } from '../../../inference/stt/pcm.ts';
import { recogniserOf } from '../../../inference/stt/recogniser.ts';
import { WhisperEngine } from '../../../inference/stt/whisper.ts';
import type { SttServerMessage } from '../../../protocol/stt-stream.ts';
import { NOISES } from '../../support/noises.ts';

const log = createLogger('test');
const engine = new WhisperEngine({ threads: 2, log, gate: new ComputeGate(1) });
const recogniser = recogniserOf([engine], { language: 'fr', log, registry: new Registry() });

beforeAll(() => recogniser.ready());
afterAll(() => recogniser.close());

/** All that a stream would show. */
const shown = (message: SttServerMessage): string => ('text' in message ? message.text : 'partial' in message ? message.partial : 'preflight' in message ? message.preflight : message.error.code);

describe.each([...NOISES])('%s', (_, audio) => {
  it('gives no text as a file', async () => expect(await recogniser.transcribe(audio)).toMatchObject({ text: '', words: [], segments: [] }));

  it('gives no text in a stream', async () => {
    const stream = recogniser.stream({ sampleRate: 16_000, language: 'fr', words: true, preflight: true });
    stream.push(toPcm(audio));
    stream.end();
    expect((await Array.fromAsync(stream)).map(shown).join('')).toBe('');
  });

  // The detector of voice is the first lock: the others hold without it.
  it('gives no text where it is taken for voice', async () => {
    expect(await engine.recognise({ audio: toPcm(audio), language: 'fr', words: true }, PRIORITY.rest)).toMatchObject({ text: '', words: [] });
  });
});
