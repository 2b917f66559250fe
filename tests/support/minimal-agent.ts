import { defineAgent, type JobContext } from '@livekit/agents';
import { COACH_ATTRIBUTES } from '../../protocol/room.ts';

/** A coach that only comes: it joins its room, and ends the session when anybody sends `finish`. */
export default defineAgent({
  entry: async (job: JobContext) => {
    job.room.on('dataReceived', () => {
      void job.room.localParticipant?.setAttributes({ [COACH_ATTRIBUTES.stage]: 'ended' }).then(() => job.shutdown('finished'));
    });
    await job.connect();
  },
});
