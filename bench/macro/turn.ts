import type { RunningFilter } from '../contenders/process.ts';
import type { LoadGenerator, LoadJob, LoadReport } from '../load/job.ts';
import type { Figures } from '../measures.ts';
import { ProcessMeter } from '../process-meter.ts';
import type { ProcessUse } from '../process-meter.ts';

/** One turn of a filter under load. */
export async function playTurn(
  generator: LoadGenerator,
  filter: RunningFilter,
  job: Omit<LoadJob, 'address'>,
  messageBytes: number,
): Promise<Figures> {
  const meter = new ProcessMeter(filter.pid, filter.spool);
  meter.start();
  try {
    const report = await generator.run({ ...job, address: filter.address });
    return figuresFrom(report, meter.stop(), messageBytes);
  } catch (error) {
    meter.stop();
    throw error;
  }
}

/** What a load generator and a meter saw, as figures. Times and sizes are of messages that have `messageBytes` each. */
function figuresFrom(report: LoadReport, use: ProcessUse, messageBytes: number): Figures {
  const rate = report.messages / report.seconds;
  const cpu = use.cpu / report.messages;
  const figures: Figures = {
    messagesPerSecond: rate,
    bytesPerSecond: rate * messageBytes,
    cpuPerMessage: cpu,
    cpuPerGigabyte: (cpu / messageBytes) * 1e9,
    latencyP50: report.latency.p50,
    latencyP95: report.latency.p95,
    latencyP99: report.latency.p99,
    latencyMax: report.latency.max,
    peakMemory: use.peakMemory,
    bodyBytesSent: report.bodyBytes / report.messages,
    generatorCpu: report.generatorCpu / report.seconds,
  };
  // A message that was decided before has no end.
  if (report.end.max > 0) {
    figures.endP50 = report.end.p50;
    figures.endP95 = report.end.p95;
    figures.endP99 = report.end.p99;
  }
  if (use.spoolBytes !== undefined) figures.spoolBytes = use.spoolBytes;
  return figures;
}
