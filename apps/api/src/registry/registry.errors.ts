import { NotFoundError } from '@griffin/platform';

export class ModelUnknown extends NotFoundError {
  constructor(name: string) {
    super('model_unknown', `The project has no registered model '${name}'.`);
  }
}

export class ModelVersionUnknown extends NotFoundError {
  constructor(name: string, selector: string | number | null) {
    const which = selector === null ? 'any version' : `a version or alias '${selector}'`;
    super('model_version_unknown', `The registered model '${name}' does not have ${which}.`);
  }
}

export class ArtifactUnknown extends NotFoundError {
  constructor(path: string) {
    super('artifact_unknown', `The model version has no artifact '${path}'.`);
  }
}
