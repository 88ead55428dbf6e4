import { availableParallelism } from 'node:os';
import Type from 'typebox';

/** For the backend `local`, which needs the first two. */
export const localVariables = {
  GRIFFIN_STATE_DIR: Type.Optional(
    Type.String({
      pattern: '^/',
      description: 'the absolute path of the folder where the installation keeps its state',
    }),
  ),
  GRIFFIN_RUNTIMES_PYTHON: Type.Optional(
    Type.String({ pattern: '^/', description: 'the absolute path of the Python that has griffin-runtimes' }),
  ),
  GRIFFIN_LOCAL_CPUS: Type.Integer({
    minimum: 1,
    default: Math.max(2, availableParallelism()),
    description: "how many CPUs a project's Ray offers on this machine",
  }),
};
