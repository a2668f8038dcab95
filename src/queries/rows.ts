/** A row whose columns may be null. */
export type Nullable<T> = { readonly [N in keyof T]: T[N] | null };

/** A row without the members that are null, as events and documents have it. */
export function withoutNulls<R extends object>(
  row: R,
): { readonly [N in keyof R as null extends R[N] ? never : N]: R[N] } & {
  readonly [N in keyof R as null extends R[N] ? N : never]?: NonNullable<R[N]>;
} {
  const filled = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(filled) as ReturnType<typeof withoutNulls<R>>;
}
