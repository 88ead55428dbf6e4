/** Does it for each of `items`, `count` at a time. */
export async function atOnce<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const some = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: count }, some));
}
