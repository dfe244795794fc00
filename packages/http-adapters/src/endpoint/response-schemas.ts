import { MAX_IDS_LISTED } from '@quietgate/core/internal';

/** The in-flight count's answers as JSON Schema, by status, for those who generate OpenAPI from their routes. */
export const RESPONSE_SCHEMAS: object = {
  200: {
    description: 'How many deployments a restart would destroy: zero is quiet',
    ...object({
      count: { type: 'integer', minimum: 0 },
      ids: { type: 'array', items: { type: 'string' }, maxItems: MAX_IDS_LISTED },
    }),
  },
  503: {
    description: 'The deployments could not be listed',
    ...object({ error: { type: 'string' } }),
  },
};

function object(properties: object): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}
