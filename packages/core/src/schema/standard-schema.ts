/**
 * The part of Standard Schema (https://standardschema.dev, version 1) that a tracker uses. Validators of valibot, zod, arktype and
 * others have this form.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A validator of payloads for each event type. */
export type EventSchemas = Readonly<Record<string, StandardSchema>>;

/** The payload types of validators: what they accept, because it is stored. */
export type PayloadsOf<Schemas extends EventSchemas> = {
  readonly [Type in keyof Schemas]: NonNullable<Schemas[Type]['~standard']['types']>['input'];
};
