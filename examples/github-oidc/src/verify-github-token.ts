import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';

/** The issuer of the tokens that GitHub's own runners get. GitHub Enterprise has one of its own. */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Whose deploys may raise the cordon. Each is compared as a whole: a pattern would let more in than it seems. */
export interface GitHubDeploy {
  /** @default GitHub’s */
  readonly issuer?: string;
  /** What the token is for: a name of your server, which no other service accepts. `cordon-audience` of the action. */
  readonly audience: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The environment of the job, whose rules say who may deploy, and from which branches. */
  readonly environment: string;
  /** The workflow that is run, with its branch: `owner/name/.github/workflows/deploy.yml@refs/heads/main`. */
  readonly workflow: string;
}

/** A clock may be a little off. */
const CLOCK_TOLERANCE_S = 5;

/** How long the issuer may take: less than the cordon's endpoint does. */
const KEYS_TIMEOUT_MS = 3000;

/** What makes a token one of somebody else. Every other error says that nothing could be verified. */
const REFUSALS = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/**
 * Makes the `authorize` of `deployCordon`: whether a token is that of such a deploy's job, by the keys of its issuer, which are
 * fetched when a token names one that is not known.
 *
 * @returns a check that rejects when the keys cannot be fetched, so that the cordon answers 503 and the gate tries again
 */
export function verifyGitHubToken({
  issuer = GITHUB_ISSUER,
  audience,
  repository,
  environment,
  workflow,
}: GitHubDeploy): (token: string) => Promise<boolean> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), {
    timeoutDuration: KEYS_TIMEOUT_MS,
  });
  const isOfDeploy = (claims: JWTPayload) =>
    claims['repository'] === repository &&
    claims['environment'] === environment &&
    claims['workflow_ref'] === workflow;

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return isOfDeploy(payload);
    } catch (error) {
      if (REFUSALS.some((Refusal) => error instanceof Refusal)) return false;
      throw error;
    }
  };
}
