/**
 * One thing that is wrong with a JSON document, said so that its sender can mend it.
 *
 * A finding is data: it is printed by `crosswalk validate`, sent in problem documents, and kept as a deviation with
 * a record that was taken all the same.
 */
export interface Finding {
  /** JSON Pointer (RFC 6901) to the offending member, or to the object that lacks one. */
  readonly path: string;
  /** Stable name of the rule, in kebab-case, such as `caliper-required` or `xapi-agent-identifier`. */
  readonly rule: string;
  /** What was found and what would have been right, as one sentence. */
  readonly message: string;
  /** True where the record cannot be understood, so that even lenient receiving refuses it. */
  readonly fatal?: boolean;
}
