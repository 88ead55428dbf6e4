import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent } from 'undici';

type Options = ReturnType<KubeConfig['createDispatcherOptions']>;

/** An API server that takes longer hangs. A watch is answered at once, and then goes on for as long as it takes. */
const answersWithinMs = 20_000;

/**
 * A kubeconfig whose calls share their connections. Left to itself, client-node makes an agent for each call, and so a TLS
 * handshake. There is another agent once certificates have changed.
 */
export class KeptConnections extends KubeConfig {
  #options: Options | undefined;
  #agent: Agent | undefined;

  override createDispatcherOptions(...given: Parameters<KubeConfig['createDispatcherOptions']>): Options {
    const options = super.createDispatcherOptions(...given);
    if (options.type !== 'agent') return options;
    if (!isDeepStrictEqual(options, this.#options)) {
      this.#options = options;
      this.#agent = new Agent({ connect: options.connect, headersTimeout: answersWithinMs });
    }
    return { type: 'none' };
  }

  override async applySecurityAuthentication(
    context: Parameters<KubeConfig['applySecurityAuthentication']>[0],
  ): Promise<void> {
    await super.applySecurityAuthentication(context);
    if (this.#agent) context.setDispatcher(this.#agent);
  }
}
