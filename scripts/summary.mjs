// Repeats at the end of a run what failed in it, from Vitest's JSON report, so that the end of a long log names it.
// Prints the two counts to standard output, everything else to standard error.
import { readFileSync } from 'node:fs';

const LINES_OF_A_MESSAGE = 25;

let report;
try {
  report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
} catch (error) {
  console.error(`There is no report of the tests: ${error.message}`);
  console.log('0 1');
  process.exit();
}

let notPassed = 0;
for (const { name, status, message, assertionResults } of report.testResults) {
  const broken = assertionResults.filter((test) => test.status !== 'passed');
  notPassed += broken.length;
  for (const test of broken) {
    tell(`${test.status}: ${name}\n  ${test.fullName}`, test.failureMessages.join('\n'));
  }
  // A file that could not be read, or whose preparation threw, has no broken test of its own.
  if (status === 'failed' && broken.length === 0) {
    notPassed++;
    tell(`failed: ${name}`, message);
  }
}
console.log(report.numPassedTests, notPassed);

function tell(title, message) {
  console.error(`\n${title}`);
  for (const line of (message ?? '').split('\n').slice(0, LINES_OF_A_MESSAGE)) {
    console.error(`    ${line.slice(0, 400)}`);
  }
}
