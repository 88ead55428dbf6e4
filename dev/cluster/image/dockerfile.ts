/** What is done to the image's files, in order. */
export type Step =
  | { kind: 'copy'; sources: string[]; target: string }
  | { kind: 'run'; command: string; caches: string[]; env: Record<string, string>; workingDir: string };

/** How a container of the image is started. */
export interface ImageConfig {
  env: Record<string, string>;
  workingDir: string;
  user: string;
  command: string[];
}

export interface Dockerfile {
  base: string;
  steps: Step[];
  config: ImageConfig;
}

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Reads a Dockerfile of one stage. It knows what our image needs of the language and throws at the rest: what it skipped
 * would be missing from the test cluster's image only.
 */
export function parseDockerfile(text: string): Dockerfile {
  let base = '';
  const steps: Step[] = [];
  const config: ImageConfig = { env: { PATH: standardPath }, workingDir: '/', user: '', command: [] };
  for (const line of logicalLines(text)) {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    switch (instruction) {
      case 'FROM':
        if (base || rest.includes(' ')) throw new Error(`Only one plain stage is known here: ${line}`);
        base = rest;
        break;
      case 'RUN':
        steps.push(runStep(rest, config));
        break;
      case 'COPY':
        steps.push(copyStep(rest));
        break;
      case 'ENV': {
        const [, name = '', value = ''] = /^(\w+)=(\S*)$/.exec(rest) ?? [];
        if (!name) throw new Error(`ENV is known with one name=value only: ${line}`);
        config.env[name] = value.replaceAll(/\$\{?(\w+)\}?/g, (_, other: string) => config.env[other] ?? '');
        break;
      }
      case 'WORKDIR':
        config.workingDir = rest;
        break;
      case 'USER':
        config.user = rest;
        break;
      case 'CMD':
        config.command = JSON.parse(rest) as string[];
        break;
      default:
        throw new Error(`Not known here: ${line}`);
    }
  }
  return { base, steps, config };
}

/** Without comments, and with what a backslash continues on one line. */
function logicalLines(text: string): string[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function runStep(rest: string, { env, workingDir }: ImageConfig): Step {
  const caches: string[] = [];
  const command = rest.replaceAll(/--mount=(\S+)\s+/g, (_, mount: string) => {
    const [, target] = /^type=cache,target=([^,]+)$/.exec(mount) ?? [];
    if (!target) throw new Error(`Of RUN's mounts only caches are known here: ${mount}`);
    caches.push(target);
    return '';
  });
  return { kind: 'run', command, caches, env: { ...env }, workingDir };
}

function copyStep(rest: string): Step {
  const words = rest.split(/\s+/);
  const target = words.pop() ?? '';
  if (rest.includes('--') || words.length === 0) throw new Error(`COPY is known without flags only: ${rest}`);
  return { kind: 'copy', sources: words, target };
}
