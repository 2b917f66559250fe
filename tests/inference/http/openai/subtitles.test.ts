import { expect, test } from 'vitest';
import { toSrt, toVtt } from '../../../../inference/http/openai/subtitles.ts';

const SEGMENTS = [
  { start: 0, end: 1.9996, text: 'Bonjour.' },
  { start: 3_725.04, end: 3_726, text: 'Au revoir.' },
];

test('SubRip', () => expect(toSrt(SEGMENTS)).toBe('1\n00:00:00,000 --> 00:00:02,000\nBonjour.\n\n2\n01:02:05,040 --> 01:02:06,000\nAu revoir.\n\n'));

test('WebVTT', () => expect(toVtt(SEGMENTS)).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nBonjour.\n\n01:02:05.040 --> 01:02:06.000\nAu revoir.\n\n'));

test('silence has none', () => expect([toSrt([]), toVtt([])]).toEqual(['', 'WEBVTT\n\n']));
