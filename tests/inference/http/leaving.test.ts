import { afterEach, expect, test } from 'vitest';
import { FakeLlm } from '../../support/fake-llm.ts';
import { startInferenceAround } from '../../support/inference.ts';
import { wavFile } from '../../../protocol/pcm.ts';

// A client that goes away before its answer is complete cancels what is computed for it; one that stays does not.

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing[Symbol.asyncDispose]();
});
const kept = <Thing extends AsyncDisposable>(thing: Thing): Thing => {
  open.push(thing);
  return thing;
};
const json = (body: object, signal?: AbortSignal): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), ...(signal && { signal }) });
const aborted = (signal: AbortSignal | undefined): Promise<string> =>
  new Promise((resolve) => {
    if (signal?.aborted) resolve('aborted');
    else signal?.addEventListener('abort', () => resolve('aborted'));
  });

test('a transcription', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal | undefined>();
  const { url } = kept(await startInferenceAround({ recogniser: { transcribe: (_audio, _options, signal) => {
    begin(signal);
    return new Promise(() => undefined);
  } } }));
  const leave = new AbortController();
  const reply = fetch(`${url}/transcribe`, { method: 'POST', body: new Uint8Array(wavFile({ pcm: new Int16Array(160), sampleRate: 16_000 })), signal: leave.signal });
  const signal = await begun;
  expect(signal?.aborted).toBe(false); // the whole body has been read, and nobody has left
  leave.abort();
  await expect(reply).rejects.toThrow();
  expect(await aborted(signal)).toBe('aborted');
});

test('speech whose first sound is still to come', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal | undefined>();
  const { url } = kept(await startInferenceAround({ synthesiser: { synthesize: (_request, signal) => {
    begin(signal);
    return new Promise(() => undefined);
  } } }));
  const leave = new AbortController();
  const reply = fetch(`${url}/api/tts`, json({ text: 'Bonjour' }, leave.signal));
  const signal = await begun;
  leave.abort();
  await expect(reply).rejects.toThrow();
  expect(await aborted(signal)).toBe('aborted');
});

test.each(['pcm', 'mp3'])('speech in the middle of it, as %s', async (format) => {
  const { promise: left, resolve: leaveLoop } = Promise.withResolvers<string>();
  const { url } = kept(await startInferenceAround({ synthesiser: { synthesize: () => Promise.resolve({
    level: 'kokoro', voice: 'ff_siwis', cache: 'miss', overTarget: false, passed: [], sampleRate: 24_000, firstAudioMs: 1,
    audio: (async function* () {
      try {
        for (;;) yield await Promise.resolve(new Int16Array(24_000).fill(1_000));
      } finally {
        leaveLoop('left');
      }
    })(),
  }) } }));
  const leave = new AbortController();
  const reply = await fetch(`${url}/api/tts`, json({ text: 'Bonjour', format }, leave.signal));
  await reply.body?.getReader().read();
  leave.abort();
  expect(await left).toBe('left');
});

test.each([true, false])('a reply of the language model, streamed: %s', async (stream) => {
  const llm = kept(await FakeLlm.start());
  llm.always({ kind: 'stall', after: 3 });
  const { url } = kept(await startInferenceAround({ llm }));
  const leave = new AbortController();
  const reply = fetch(`${url}/v1/chat/completions`, json({ messages: [{ role: 'user', content: 'a' }], stream }, leave.signal));
  await expect.poll(() => llm.requests.length, { interval: 5 }).toBe(1);
  if (stream) await (await reply).body?.getReader().read();
  leave.abort();
  if (!stream) await expect(reply).rejects.toThrow();
  expect(await llm.requests[0]?.closedEarly).toBe(true);
});

test('a recognition stream', async () => {
  const { promise: left, resolve: close } = Promise.withResolvers<string>();
  const { url } = kept(await startInferenceAround({ recogniser: { stream: () => ({
    push: () => undefined,
    end: () => undefined,
    close: () => close('closed'),
    async *[Symbol.asyncIterator]() {
      yield { partial: 'bon' };
      await new Promise(() => undefined);
    },
  }) } }));
  const socket = new WebSocket(`${url.replace('http', 'ws')}/stream`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.send(new Uint8Array(320));
  await new Promise((resolve) => socket.addEventListener('message', resolve));
  socket.close();
  expect(await left).toBe('closed');
});
