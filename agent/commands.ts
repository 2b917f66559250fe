import type { Room } from '@livekit/rtc-node';
import { COACH_RPC } from '../protocol/room.ts';

export type Command = keyof typeof COACH_RPC;

/** Answers what the page's buttons ask of the coach. Whoever is not the learner is passed over. */
export function answerCommands(room: Pick<Room, 'localParticipant'>, isLearner: (identity: string) => boolean, run: (command: Command) => void): void {
  for (const [command, method] of Object.entries(COACH_RPC) as [Command, string][]) {
    room.localParticipant?.registerRpcMethod(method, ({ callerIdentity }) => {
      if (isLearner(callerIdentity)) run(command);
      return Promise.resolve('');
    });
  }
}
