import { afterAll, beforeAll, describe } from 'vitest';
import { attachmentCases } from './gateway-attachments.ts';
import { caliperCases } from './gateway-caliper.ts';
import { forwardingCases } from './gateway-forwarding.ts';
import { headerCases } from './gateway-headers.ts';
import { keyCases } from './gateway-keys.ts';
import { logCases } from './gateway-log.ts';
import { lrsCases } from './gateway-lrs.ts';
import { pullCases } from './gateway-pulls.ts';
import { rdfCases } from './gateway-rdf.ts';
import { requestCases } from './gateway-requests.ts';
import { signedCases } from './gateway-signed.ts';
import { CONFIGURATION, SECRETS, type Stage, type StageHost } from './gateway-stage.ts';
import { watchingCases } from './gateway-watching.ts';
import { xapiCases } from './gateway-xapi.ts';

/** The gateway's behaviour, the same on every host. */
export function shouldBehaveAsAGateway(host: StageHost): void {
  describe(`the gateway on ${host.name}`, () => {
    let stage: Stage | undefined;
    const current = () => {
      if (!stage) throw new Error('the gateway has not been started');
      return stage;
    };
    beforeAll(async () => {
      stage = await host.open(CONFIGURATION, SECRETS);
    });
    afterAll(async () => {
      await stage?.close();
      await host.dispose?.();
    });

    describe('any request', () => requestCases(current));
    describe('the headers of every answer', () => headerCases(host));
    describe('the Caliper endpoint', () => caliperCases(current));
    describe('signed bodies', () => signedCases(host));
    describe('a record as RDF', () => rdfCases(current));
    describe('the statements resource', () => xapiCases(current));
    describe('the xAPI resources', () => lrsCases(current));
    describe('a key', () => keyCases(current));
    describe('the log', () => logCases(host));
    describe('forwarding', () => forwardingCases(host));
    describe('forwarding attachments', () => attachmentCases(host));
    describe('reading another LRS', () => pullCases(host));
    describe('what operators see', () => watchingCases(host));
  });
}
