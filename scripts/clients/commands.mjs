// Workflow commands as the hosts' own libraries write them: one a line, from findings as `sflint check --format json` gives
// them on stdin. The first argument is `github` or `azure`; the libraries are looked up below the folder of the second.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [host, folder] = process.argv.slice(2);
let input = '';
for await (const chunk of process.stdin) input += chunk;
const findings = JSON.parse(input);
const message = (finding) => [finding.message, finding.help].filter((text) => text).join('\n');

if (host === 'github') {
  const core = await import(pathToFileURL(join(folder, 'node_modules/@actions/core/lib/core.js')).href);
  const commands = { error: core.error, warning: core.warning, note: core.notice };
  for (const finding of findings) {
    const { start, end } = finding;
    const lines = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
    const columns = start.line === end.line && end.column > start.column;
    commands[finding.severity](message(finding), {
      title: `${finding.title} (${finding.rule})`,
      file: finding.path,
      startLine: start.line,
      endLine: lines,
      ...(columns ? { startColumn: start.column, endColumn: end.column } : {}),
    });
  }
} else {
  const load = createRequire(join(folder, 'package.json'));
  const { TaskCommand } = load('azure-pipelines-task-lib/taskcommand');
  for (const finding of findings) {
    const properties = {
      type: finding.severity === 'error' ? 'error' : 'warning',
      sourcepath: finding.path,
      linenumber: finding.start.line,
      columnnumber: finding.start.column,
      code: finding.rule,
    };
    console.log(new TaskCommand('task.logissue', properties, message(finding)).toString());
  }
}
