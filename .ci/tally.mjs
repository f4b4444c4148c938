// Prints the tally of a vitest JSON report as the last line; the exit status says whether everything held.
import { readFileSync } from 'node:fs';

const [file, failedSteps] = process.argv.slice(2);
let report;
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  console.log('there is no test report: the tests did not run');
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
// A suite that could not even be loaded has no failed test of its own, but is a failure.
const broken = report.testResults.filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
).length;
const failed = report.numFailedTests + broken;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 && report.numPassedTests > 0 && Number(failedSteps) === 0 ? 0 : 1);
