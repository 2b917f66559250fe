import { EventEmitter } from 'node:events';
import { RoomEvent, type RemoteParticipant, type Room } from '@livekit/rtc-node';
import { expect, test } from 'vitest';
import { LearnerPresence } from '../../agent/learner-presence.ts';
import { ManualClock } from '../../core/clock.ts';

function presence() {
  const remoteParticipants = new Map<string, RemoteParticipant>();
  const events = new EventEmitter();
  const clock = new ManualClock();
  const log: string[] = [];
  const room = Object.assign(events, { remoteParticipants }) as unknown as Pick<Room, 'on' | 'remoteParticipants'>;
  new LearnerPresence({
    room,
    clock,
    patience: { first: 20_000, again: 120_000 },
    onCome: ({ identity }, back) => log.push(`${identity} ${back ? 'is back' : 'comes'}`),
    onGone: (identity) => log.push(`${identity} goes`),
    onLost: (deserted) => log.push(deserted ? 'deserted' : 'lost'),
  });
  return {
    clock,
    log,
    lose: () => events.emit(RoomEvent.Disconnected),
    come: (identity: string) => {
      remoteParticipants.set(identity, { identity, info: {} } as unknown as RemoteParticipant);
      events.emit(RoomEvent.ParticipantConnected);
    },
    go: (identity: string) => {
      remoteParticipants.delete(identity);
      events.emit(RoomEvent.ParticipantDisconnected);
    },
  };
}

test('a room that nobody comes to is left soon, unbegun', () => {
  const { clock, log } = presence();
  clock.advance(19_999);
  expect(log).toEqual([]);
  clock.advance(1);
  expect(log).toEqual(['lost']);
});

test('a learner may come back for a while, then the room is deserted', () => {
  const { clock, log, come, go } = presence();
  come('ada');
  clock.advance(500_000);
  go('ada');
  clock.advance(119_999);
  come('ada again');
  go('ada again');
  clock.advance(120_000);
  expect(log).toEqual(['ada comes', 'ada goes', 'ada again is back', 'ada again goes', 'deserted']);
});

test('a room that is lost under the learner’s feet is not deserted; another learner waits for their turn', () => {
  const { log, come, go, lose } = presence();
  come('ada');
  come('bob');
  go('ada');
  lose();
  expect(log).toEqual(['ada comes', 'bob comes', 'lost']);
});
