/**
 * Works on a list, so many at a time.
 *
 * @module
 */

/** @param task is told which of the workers it is done by: 0 to below `jobs` */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  jobs: number,
  task: (item: Item, worker: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const work = async (worker: number): Promise<void> => {
    for (const [index, item] of left) results[index] = await task(item, worker);
  };
  await Promise.all(Array.from({ length: jobs }, (_none, worker) => work(worker)));
  return results;
}
