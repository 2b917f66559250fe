import fc from 'fast-check';

// JSON, and what is nearly JSON, as text: a value cannot hold half of what a body can.

/** The least that each route takes. */
export const SKELETONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/api/tts': { text: '"Bonjour"' },
  '/v1/audio/speech': { input: '"Bonjour"', response_format: '"pcm"' },
  '/v1/chat/completions': { messages: '[{"role":"user","content":"Bonjour"}]' },
  '/generate': { prompt: '"Bonjour"' },
  '/levels/kokoro': { enabled: 'true' },
};

const FIELDS = [
  'text', 'input', 'voice', 'model', 'speed', 'format', 'response_format', 'reuse_cache', 'store', 'language', 'session', 'due_ms', 'avoid', 'priority', 'messages', 'stream', 'stream_options', 'temperature', 'max_tokens',
  'max_completion_tokens', 'tools', 'tool_choice', 'stop', 'prompt', 'enabled', 'role', 'content', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', '', '\\u0000', '\\ud800',
];

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

const scalar = fc.oneof(
  fc.constantFrom(
    'null', 'true', 'false', '0', '-0', '-1', '1', '2.5', '1e308', '1e400', '-1e400', '1e-400', 'NaN', 'Infinity', '9007199254740993', '123456789012345678901234567890', '""', '" "', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud83d"', '"\\u202e\\u2066"',
    '"😀🎉"', '"__proto__"', '"constructor"', '"toString"', '"kokoro"', '"stand-in"', '"nova"', '"fr"', '"zz"', '"wav"', '"mp3"', '"ahead"', '"auto"', '"json_schema"', '"../../etc/passwd"', '"<script>alert(1)</script>"', '"\\r\\nx-injected: 1"', '"{{7*7}}"', 'undefined', '01', '+1', '\'a\'',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc.integer().map(String),
  fc.double().map(String),
);

const value = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(',')}]`) },
    { weight: 1, arbitrary: fc.array(fc.tuple(fc.constantFrom(...FIELDS), tie('value')), { maxLength: 3 }).map(asObject) },
  ),
})).value;

function asObject(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, text]) => `"${name}":${text}`).join(',')}}`;
}

const huge = fc.constantFrom(
  () => `"${'a'.repeat(1_000_000)}"`,
  () => `"${'\\u0000'.repeat(20_000)}"`,
  () => `[${'1,'.repeat(50_000)}1]`,
  () => nested(5_000, '[', ']'),
  () => nested(100_000, '[', ']'),
  () => nested(5_000, '{"a":', '}').replace('{"a":}', '{}'),
  () => `"${'Bonjour. '.repeat(200)}"`,
);

/** A body of JSON for a route: often what it takes with one or two fields spoilt, so that more than the first check is met. */
export function badJson(path: string): fc.Arbitrary<string> {
  const skeleton = Object.entries(SKELETONS[path.split('?')[0] ?? ''] ?? {});
  const spoilt = fc.array(fc.tuple(fc.constantFrom(...FIELDS), value), { minLength: 1, maxLength: 3 }).map((fields) => asObject([...skeleton, ...fields]));
  return fc.oneof(
    { weight: 60, arbitrary: spoilt },
    { weight: 10, arbitrary: value },
    { weight: 6, arbitrary: fc.tuple(spoilt, fc.nat(60)).map(([text, at]) => text.slice(0, at)) },
    { weight: 4, arbitrary: spoilt.map((text) => `\ufeff${text}`) },
    { weight: 2, arbitrary: spoilt.map((text) => text + text) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...skeleton.map(([name]) => name), 'stop', 'voice'), huge).map(([name, make]) => asObject([...skeleton, [name, make()]])) },
    { weight: 1, arbitrary: huge.map((make) => make()) },
  );
}
