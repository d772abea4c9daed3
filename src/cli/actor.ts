import { CommandFault } from './terminal.ts';

/** How a command line names a person, as its help says it. */
export const ACTOR_HELP = `The person is a Caliper IRI, a mail address, the SHA-1 of a mailto: IRI, an OpenID, an account as "homePage name", or an
Agent as JSON.`;

/** Says that a text names no person, and what would. */
export const namesNobody = (text: string) =>
  new CommandFault(
    `${text} names nobody: give an IRI, a mail address, its SHA-1, an OpenID, "homePage name", or an Agent`,
  );
