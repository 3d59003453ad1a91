import type { JsonScalar, PayloadCondition, PayloadPath } from '@event-tracker/core/store';

/** Returns conditions at a path: each operator with each of the operands that it accepts. */
export function conditionsAt(path: PayloadPath, all: readonly JsonScalar[]): readonly PayloadCondition[] {
  return [
    { path, op: 'exists', operand: true },
    { path, op: 'exists', operand: false },
    { path, op: 'in', operands: [] },
    { path, op: 'ne', operands: [] },
    { path, op: 'in', operands: all },
    { path, op: 'ne', operands: all },
    ...all.flatMap((operand): PayloadCondition[] => [
      { path, op: 'in', operands: [operand] },
      { path, op: 'ne', operands: [operand] },
      ...(typeof operand === 'string'
        ? (['prefix', 'contains', 'icontains'] as const).map((op) => ({ path, op, operand }))
        : []),
      ...(typeof operand === 'string' || typeof operand === 'number'
        ? (['gt', 'gte', 'lt', 'lte'] as const).map((op) => ({ path, op, operand }))
        : []),
    ]),
  ];
}
