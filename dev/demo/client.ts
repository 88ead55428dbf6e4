/** An answer of the API that is a problem: its code, what it says, and where in the request it points. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly pointers: string[];

  constructor(request: string, status: number, problem: Problem) {
    const errors = problem.errors ?? [];
    const points = errors.map((error) => `\n    ${error.pointer || '(body)'}: ${error.message}`).join('');
    super(`${request} answered ${status} ${problem.code}: ${problem.detail ?? problem.title}${points}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = problem.code;
    this.pointers = errors.map((error) => error.pointer);
  }
}

interface Problem {
  title: string;
  code: string;
  detail?: string;
  errors?: { pointer: string; message: string }[];
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
}

/** Griffin's public HTTP API for one bearer token. Any answer but 2xx is thrown as an `ApiProblem`. */
export class GriffinClient {
  readonly url: string;
  readonly #token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url.replace(/\/$/, '');
    this.#token = token;
  }

  async get<T>(path: string): Promise<T> {
    return (await this.ask<T>('GET', path)).body;
  }

  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return (await this.ask<T>('POST', path, { body, headers })).body;
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return (await this.ask<T>('PUT', path, { body })).body;
  }

  /** The whole answer, where status and headers matter. */
  async ask<T>(method: string, path: string, { body, headers = {} }: Ask = {}): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiProblem(`${method} ${path}`, response.status, asProblem(text));
    return { status: response.status, headers: response.headers, body: (text && JSON.parse(text)) as T };
  }
}

/** A proxy or a crash may answer with something else than a problem; what it said is then the detail. */
function asProblem(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { title: 'no problem document', code: 'not_a_problem', detail: text.slice(0, 500) };
  }
}
