import type { Scope } from '@event-tracker/http-contract';

/* The part of OpenAPI 3.1 that the tests use. */

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
  /** The security scheme, and the required scope. */
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

/** Returns the problem codes of a response; none if it is not a problem. */
export function codesOf({ content }: DescribedResponse): readonly string[] {
  return Object.keys(content?.['application/problem+json']?.examples ?? {});
}

/** Returns the scope that an operation requires, if any. */
export function scopeOf({ security }: DescribedOperation): Scope | undefined {
  return security.flatMap((requirement) => Object.values(requirement).flat())[0];
}
