/** Let the players play for so long: it is what is measured, and nothing is waited for. */
export function play(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Do something again and again while a task is under way. */
export async function meanwhile<T>(
  everyMs: number,
  act: () => void | Promise<void>,
  task: Promise<T>,
): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  task.then(end, end);
  while (!isOver) {
    await act();
    await play(everyMs);
  }
  return task;
}
