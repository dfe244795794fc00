import { readFileSync } from 'node:fs';
import { Kustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1';
import { Ajv } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { unreadFields } from './unread-fields.ts';

/** Says what is wrong with a document, in as many messages. */
export type Problems = (document: object) => string[];

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/** By a schema in `schemas/`: the part of the tool's own that a gate may use, where no package has it. */
export function bySchema(name: string): Problems {
  const schema = readFileSync(new URL(`../schemas/${name}.json`, import.meta.url), 'utf8');
  const validate = ajv.compile(JSON.parse(schema) as object);
  return (document) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** Their constructors copy what they get, so the documents themselves are validated. */
const MODELS: Record<string, { readonly prototype: { validate(): void } }> = {
  'apps/v1 Deployment': Deployment,
  'batch/v1 Job': Job,
  'kustomize.toolkit.fluxcd.io/v1 Kustomization': Kustomization,
};

/** By the schemas of Kubernetes and of Flux, which take a field that they do not know for none. */
export function byModel(document: object): string[] {
  const { apiVersion = '', kind = '' } = document as { apiVersion?: string; kind?: string };
  const Model = MODELS[`${apiVersion} ${kind}`];
  if (Model === undefined) return [`no model of ${apiVersion} ${kind}`];
  try {
    return unreadFields(document, (watched) => {
      Model.prototype.validate.call(watched);
    }).map((field) => `${field} is unknown`);
  } catch (error) {
    return [String(error)];
  }
}
