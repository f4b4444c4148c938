import { describe, expect, it } from 'vitest';
import { MessagePlace, ScanGate } from '../../../src/transforms/virus-scan/scan-gate.ts';

const signal = () => new AbortController().signal;
const LONG = 60_000;

describe('the gate', () => {
  it('lets so many in, and the others in order', async () => {
    const gate = new ScanGate(2, LONG);
    const order: string[] = [];
    const enter = (name: string) => gate.enter(signal()).then((entered) => entered && order.push(name));
    await Promise.all([enter('a'), enter('b')]);
    const waiting = [enter('c'), enter('d')];
    await Promise.resolve();
    expect(order).toEqual(['a', 'b']);
    gate.leave();
    await waiting[0];
    expect(order).toEqual(['a', 'b', 'c']);
    gate.leave();
    await waiting[1];
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('sends away who has waited too long, and keeps the place for others', async () => {
    const gate = new ScanGate(1, 10);
    await gate.enter(signal());
    expect(await gate.enter(signal())).toBe(false);
    gate.leave();
    expect(await gate.enter(signal())).toBe(true);
  });

  it('forgets who is given up', async () => {
    const gate = new ScanGate(1, LONG);
    const controller = new AbortController();
    await gate.enter(signal());
    const gone = gate.enter(controller.signal);
    const next = gate.enter(signal());
    controller.abort();
    expect(await gone).toBe(false);
    gate.leave();
    expect(await next).toBe(true);
    expect(await gate.enter(AbortSignal.abort())).toBe(false);
  });
});

describe('the place of a message', () => {
  it('is one for all its streams, and free again after the last', async () => {
    const gate = new ScanGate(1, 10);
    const place = new MessagePlace(gate, signal());
    let end: ((result: string) => void) | undefined;
    const long = place.use(() => new Promise<string>((resolve) => (end = resolve)));
    expect(await place.use(async () => 'short')).toBe('short');
    expect(await gate.enter(signal())).toBe(false);
    end?.('long');
    expect(await long).toBe('long');
    expect(await gate.enter(signal())).toBe(true);
    expect(await place.use(async () => 'none')).toBeUndefined();
  });

  it('is free again after an error', async () => {
    const gate = new ScanGate(1, 10);
    const place = new MessagePlace(gate, signal());
    await expect(place.use(() => Promise.reject(new Error('scanner')))).rejects.toThrow('scanner');
    expect(await place.use(async () => 'again')).toBe('again');
  });
});
