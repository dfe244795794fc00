import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** What libraries bring that neither command uses, with what stands for it. */
const STAND_INS: Readonly<Record<string, string>> = {
  // With DEBUG set in a job, it would print into the log what is sent, tokens included; and it takes time to load.
  debug: 'module.exports = () => () => undefined;',
  // The way to an OIDC token, which no step of ours asks for.
  undici: 'export const ProxyAgent = undefined;',
  // Kerberos, which is asked for by an option, and needs a native module.
  'proxy-agent-negotiate': 'export const createNegotiateAuth = undefined;',
};

/** Leaves out of a bundle what is of no use in it. */
export const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    const filter = new RegExp(`^(${Object.keys(STAND_INS).join('|')})$`);
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: STAND_INS[path] ?? '',
    }));
  },
};
