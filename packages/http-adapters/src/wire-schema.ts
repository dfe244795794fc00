/** The endpoint's answers as JSON Schema, by status, for those who generate OpenAPI from their routes. */
export const SCHEMA: { readonly response: object } = {
  response: {
    200: {
      description: 'How many deployments a restart would destroy: zero is quiet',
      ...object({
        count: { type: 'integer', minimum: 0 },
        ids: { type: 'array', items: { type: 'string' }, maxItems: 1000 },
      }),
    },
    503: {
      description: 'The deployments could not be listed',
      ...object({ error: { type: 'string' } }),
    },
  },
};

function object(properties: object): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}
