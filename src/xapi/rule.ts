/**
 * Names of the rules that findings cite. Sections are those of xAPI 1.0.3 (Data is its Part Two, Communication its
 * Part Three); IEEE 9274.1.1 (2.0) keeps the rules in its section 4.2 and adds what is marked with its name.
 */
export type Rule =
  | FormattingRule
  | ActorRule
  | ObjectRule
  | ResultRule
  | ContextRule
  | AttachmentRule
  | StatementRule
  | ResourceRule;

/** Data 2.2 (types, null, required and unknown members) and 4.1 to 4.6 (data types). */
type FormattingRule =
  | 'xapi-type'
  | 'xapi-null'
  | 'xapi-required'
  | 'xapi-unknown-member'
  | 'xapi-iri'
  | 'xapi-uuid'
  | 'xapi-timestamp'
  | 'xapi-duration'
  | 'xapi-language-tag'
  | 'xapi-object-type';

/** Data 2.4.2.1 (Agent), 2.4.2.2 (Group), 2.4.2.3 (inverse functional identifiers). */
type ActorRule =
  | 'xapi-agent-identifier'
  | 'xapi-anonymous-group-member'
  | 'xapi-group-member'
  | 'xapi-mbox'
  | 'xapi-mbox-sha1sum'
  | 'xapi-openid';

/** Data 2.4.4.1 (interactions) and 2.4.4.3 (SubStatements). */
type ObjectRule =
  | 'xapi-interaction-type'
  | 'xapi-interaction-components'
  | 'xapi-interaction-component-id'
  | 'xapi-substatement-member'
  | 'xapi-substatement-nested';

/** Data 2.4.5.1 (Score). */
type ResultRule = 'xapi-score-range' | 'xapi-score-order';

/** Data 2.4.6 (Context), 2.4.6.2 (contextActivities), IEEE 9274.1.1 4.2.2.5 (relevantTypes). */
type ContextRule = 'xapi-context-activity-only' | 'xapi-relevant-types';

/** Data 2.4.11 (Attachments) and 2.6 (the signature's attachment). */
type AttachmentRule =
  | 'xapi-attachment-content-type'
  | 'xapi-attachment-length'
  | 'xapi-attachment-sha2'
  | 'xapi-signature-content-type';

/** Data 2.3.2 (voiding), 2.4.9 (Authority), 2.4.10 (Version). */
type StatementRule = 'xapi-voiding' | 'xapi-authority' | 'xapi-version';

/** Communication 2.1 (Statement Resource), 3.2 (parameters), 3.3 (version header). */
type ResourceRule =
  | 'xapi-duplicate-id'
  | 'xapi-statement-id'
  | 'xapi-parameter-unknown'
  | 'xapi-parameter-required'
  | 'xapi-parameter-repeated'
  | 'xapi-parameter-conflict'
  | 'xapi-parameter-value'
  | 'xapi-version-header';
