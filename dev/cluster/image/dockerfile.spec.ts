import { describe, expect, it } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';

describe('a Dockerfile', () => {
  it('is read step by step, with the environment that each RUN has', () => {
    const text = `# A comment
FROM debian:bookworm-slim
COPY one two /there/
# Between two lines
RUN --mount=type=cache,target=/root/.cache \\
  make all \\
  && make clean
ENV PATH=/opt/bin:$PATH
WORKDIR /home/griffin
USER 1000
CMD ["python", "-m", "it"]
`;
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    expect(parseDockerfile(text)).toEqual({
      base: 'debian:bookworm-slim',
      steps: [
        { kind: 'copy', sources: ['one', 'two'], target: '/there/' },
        {
          kind: 'run',
          command: 'make all && make clean',
          caches: ['/root/.cache'],
          env: { PATH: path },
          workingDir: '/',
        },
      ],
      config: {
        env: { PATH: `/opt/bin:${path}` },
        workingDir: '/home/griffin',
        user: '1000',
        command: ['python', '-m', 'it'],
      },
    });
  });

  it.each([
    'FROM one AS build',
    'FROM one\nFROM two',
    'FROM one\nCOPY --from=build /a /b',
    'FROM one\nRUN --mount=type=secret,id=x cat x',
    'FROM one\nENV A=1 B=2',
    'FROM one\nADD a b',
    'FROM one\nENTRYPOINT ["x"]',
  ])('is refused where it says what would be left out: %j', (text) => {
    expect(() => parseDockerfile(text)).toThrow(/ known /);
  });
});
