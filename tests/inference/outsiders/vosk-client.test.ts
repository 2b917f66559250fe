import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { wavFile } from '../../../protocol/pcm.ts';
import { ScriptedRecognition, startInferenceAround, type TestInference } from '../../support/inference.ts';
import { askAsVosk } from '../../support/vosk-client.ts';

// What clients of a Vosk server send that is in no description of its protocol. With real speech: server.test.ts.

const WORD = { word: 'oui', start: 0, end: 1, conf: 1 };

let server: TestInference;
let streams: ScriptedRecognition[];
beforeEach(async () => {
  streams = [];
  server = await startInferenceAround({ recogniser: { stream: (options) => {
    const stream = new ScriptedRecognition(options, (heard) => (heard === -1 ? [{ text: 'oui', ...(options.words && { result: [WORD] }) }] : [{ partial: 'ou' }]));
    streams.push(stream);
    return stream;
  } } });
});
afterEach(() => server[Symbol.asyncDispose]());

const url = (): string => `${server.url.replace('http', 'ws')}/stream`;
const AUDIO = Buffer.alloc(20_001);

test.each([
  ['test.py', '{ "config" : { "sample_rate" : 16000 } }', { sampleRate: 16_000, words: true }],
  ['test_words.py', '{"config" : \n { "phrase_list" : ["zero one two"],\n "sample_rate" : 16000.0,\n "words" : 0}}', { sampleRate: 16_000, words: false }],
  ['test_alternatives.py', '{"config" : { "max_alternatives" : 20, "sample_rate" : 8000 } }', { sampleRate: 8_000, words: true }],
  ['the telephones’', '{"config" : { "sample_rate" : 8000.0, "words" : 1}}', { sampleRate: 8_000, words: true }],
  ['the samples’ in C# and Java', undefined, { sampleRate: 16_000, words: true }],
])('the config of %s is taken, and each chunk has one answer', async (_client, config, options) => {
  const answers = await askAsVosk(url(), AUDIO, { ...(config !== undefined && { config }) });
  const partial = { partial: expect.stringMatching(/^(ou)?$/) as string };
  expect(answers).toEqual([partial, partial, partial, { text: 'oui', ...(options.words && { result: [WORD] }) }]);
  expect(streams[0]?.options).toMatchObject(options);
  expect(streams[0]?.heard.length).toBe(10_000); // the last byte is half a sample
  await expect.poll(() => streams[0]?.closed).toBe(true);
});

describe('the sample in Node', () => {
  test('sends a whole WAV with its header, waits for nothing, and ends when the server closes', async () => {
    const file = wavFile({ pcm: new Int16Array(100_000), sampleRate: 16_000 });
    const socket = new WebSocket(url());
    const said: unknown[] = [];
    socket.on('message', (data: Buffer) => said.push(JSON.parse(data.toString())));
    await once(socket, 'open');
    for (let at = 0; at < file.length; at += 65_536) socket.send(file.subarray(at, at + 65_536));
    socket.send('{"eof" : 1}');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1000);
    expect(said.length).toBe(Math.ceil(file.length / 65_536) + 1);
    expect(said.at(-1)).toEqual({ text: 'oui', result: [WORD] });
  });
});
