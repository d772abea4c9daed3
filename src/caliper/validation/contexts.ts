import { isObject, isString, member, pointer, type JsonObject, type JsonValue } from '../../json/index.ts';
import { ontology } from '../../ontology/index.ts';
import { typeOf } from '../node.ts';
import { caliperContext, contextIris } from '../versions/detect.ts';
import { told, type Report } from './report.ts';
import type { Scope } from './scope.ts';

const rule = 'the context of Caliper, such as';

/**
 * Checks the `@context` of an event or a described entity (Caliper 1.2, JSON-LD Context, Requirements): there must be
 * one, a string or a list, that names Caliper's published context, in a list as the last.
 */
export function checkContext(record: JsonObject, version: Scope['version'], report: Report): void {
  const context = member(record, '@context');
  const published = ontology.context(version);
  if (context === undefined) {
    report.add('', 'caliper-context', `@context is missing; it must be ${rule} ${published}`);
  } else if (isString(context)) {
    checkIri(context, '/@context', published, report);
  } else if (Array.isArray(context)) {
    checkList(context, published, report);
  } else {
    report.add(
      '/@context',
      'caliper-context',
      `@context is ${kindOf(context)}; it must be ${published}, or a list with it as the last`,
    );
  }
}

function kindOf(context: JsonValue): string {
  return isObject(context) ? 'an inline context' : told(context);
}

function checkIri(iri: string, path: string, published: string, report: Report): void {
  const version = ontology.versionOfContext(iri);
  if (version === undefined) {
    report.add(path, 'caliper-context', `${told(iri)} is no context of Caliper; it must be ${published}`);
  } else if (!ontology.isPublishedContext(iri)) {
    report.add(
      path,
      'caliper-context',
      `${told(iri)} is another spelling of the context ${ontology.context(version)}`,
    );
  }
}

function checkList(contexts: readonly JsonValue[], published: string, report: Report): void {
  const named = caliperContext([...contexts]);
  const last = contexts.at(-1);
  contexts.forEach((item, index) => {
    if (isString(item) || isObject(item)) return;
    report.add(
      pointer('/@context', index),
      'caliper-context',
      `a context is ${told(item)}; it must be an IRI or an object`,
    );
  });
  if (named === undefined) {
    report.add(
      '/@context',
      'caliper-context',
      `@context names no context of Caliper; the last must be ${published}`,
    );
  } else if (last !== named) {
    const at = pointer('/@context', contexts.lastIndexOf(named));
    report.add(
      at,
      'caliper-context-order',
      `${named} must be listed last, so that the terms of Caliper keep their meaning`,
    );
  } else {
    checkIri(named, pointer('/@context', contexts.length - 1), published, report);
  }
}

/**
 * Checks the `@context` of a node within a record, which MUST NOT give Caliper's terms another meaning, and gives the
 * scope in which the node's own members stand.
 */
export function checkNestedContext(node: JsonObject, path: string, scope: Scope): Scope {
  const context = member(node, '@context');
  if (context === undefined || scope.depth === 0) return scope;
  const inline = (Array.isArray(context) ? context : [context]).filter(isObject);
  for (const term of inline.flatMap((definitions) => Object.keys(definitions))) {
    if (!ontology.isIn(term, scope.version)) continue;
    const message = `an inner context defines ${term}, which is a term of Caliper and must keep its meaning`;
    scope.report.add(pointer(path, '@context'), 'caliper-context-override', message);
  }
  return { ...scope, ownTerms: scope.ownTerms.and(context) };
}

/** In 1.1 a type that a profile extension brought is defined by that extension's context only. */
export function checkExtensionContext(record: JsonObject, scope: Scope): void {
  const type = typeOf(record);
  const brought = scope.version === '1.1' && type !== undefined ? ontology.extensionContexts(type) : [];
  const iris = contextIris(member(record, '@context')).filter(
    (iri) => ontology.versionOfContext(iri) === '1.1',
  );
  if (brought.length === 0 || iris.length === 0 || iris.some((iri) => iri !== ontology.context('1.1')))
    return;
  scope.report.add(
    '/@context',
    'caliper-extension-context',
    `${type} is defined by the context ${brought.join(' or ')}`,
  );
}
