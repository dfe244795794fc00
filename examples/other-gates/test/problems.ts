import { Kustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { unreadFields } from './unread-fields.ts';

/** Their constructors copy what they get, so the documents themselves are validated. */
const MODELS: Record<string, { readonly prototype: { validate(): void } }> = {
  'apps/v1 Deployment': Deployment,
  'batch/v1 Job': Job,
  'kustomize.toolkit.fluxcd.io/v1 Kustomization': Kustomization,
};

/** What is wrong with a document by the schemas of Kubernetes and of Flux, which ignore a field that they do not know. */
export function problemsOf(document: object): string[] {
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
