import type { Scope } from '@event-tracker/http-contract';

/* As much of OpenAPI 3.1 as the tests need. */

export interface OpenApiDocument {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, DescribedResponse>>;
    readonly headers: Readonly<Record<string, DescribedHeader>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  /** The scheme by which a key is sent, and the scope that it needs. */
  readonly security: readonly Readonly<Record<string, readonly Scope[]>>[];
  readonly parameters: readonly DescribedParameter[];
  readonly requestBody?: { readonly content: DescribedContent };
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

interface DescribedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface DescribedResponse {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: DescribedContent;
}

interface DescribedHeader {
  readonly required: boolean;
}

type DescribedContent = Readonly<
  Record<string, { readonly examples: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>> }>
>;

/** The problem codes that a response may have, none for one that is no problem. */
export function codesOf({ content }: DescribedResponse): readonly string[] {
  return Object.keys(content?.['application/problem+json']?.examples ?? {});
}

/** The scope that an operation needs a key with, if it needs one. */
export function scopeOf({ security }: DescribedOperation): Scope | undefined {
  return security.flatMap((requirement) => Object.values(requirement).flat())[0];
}
