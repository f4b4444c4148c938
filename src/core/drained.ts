/** Wait until whatever takes a message can take more. */
export async function drained(taker: { pending(): Promise<void> | undefined }): Promise<void> {
  for (let waiting = taker.pending(); waiting !== undefined; waiting = taker.pending()) await waiting;
}
