import Type from 'typebox';
import { publicView } from '../../coaching/exercise-view.ts';
import { ErrorReply } from '../../protocol/error-reply.ts';
import { ExerciseList, ExerciseView } from '../../protocol/exercise-view.ts';
import type { App, Services } from '../services.ts';

const ExerciseParams = Type.Object({ id: Type.String({ pattern: '^[a-z0-9_]{1,64}$' }) });

export function exerciseRoutes(app: App, { config, shelf, inference }: Services): void {
  app.get('/exercises', {
    config: { access: 'public' },
    schema: { summary: 'The exercises, as a learner may see them, and who leads them', tags: ['learners'], response: { 200: ExerciseList } },
  }, async () => ({ exercises: shelf.views(), coach: (await inference.look()).coach, keeps: { sessionsDays: config.sessions.keepDays, recordingsDays: config.sessions.keepRecordingsDays } }) satisfies ExerciseList);

  app.get('/exercises/:id', {
    config: { access: 'public' },
    schema: { summary: 'One exercise', tags: ['learners'], params: ExerciseParams, response: { 200: ExerciseView, '4xx': ErrorReply } },
  }, (request): ExerciseView => {
    const { exercise, persona } = shelf.lesson(request.params.id);
    return publicView(exercise, persona);
  });
}
