import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotThereError } from '../process/wait-while-moving.ts';
import { explainFailure } from './explain-failure.ts';

describe('a step that failed', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'failed-step-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('shows the end of the guilty log as a person reads it, and what to do', () => {
    const log = join(dir, 'router-0.log');
    const fault = JSON.stringify({
      level: 'error',
      time: '2026-11-21T07:22:00.149Z',
      service: 'router',
      error: 'the environment does not fit:\n  SLUICE_HTTP_PORT: Invalid input',
      message: 'starting failed',
    });
    writeFileSync(log, `${Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n')}\n${fault}\n`);
    const text = explainFailure(new NotThereError('waiting for router to be ready: its process has ended', log), {
      begun: true,
    });
    expect(text).toContain('It did not work: waiting for router to be ready: its process has ended');
    expect(text).toContain(`The last lines of ${log}:`);
    expect(text).toContain(
      '    07:22:00 error starting failed\n      the environment does not fit:\n        SLUICE_HTTP_PORT: Invalid input',
    );
    expect(text).not.toContain('line 20');
    expect(text).toContain('npm stop');
  });

  it('tells the whole chain of causes, and shows no log that is not guilty', () => {
    const text = explainFailure(new Error('reading the playbook: broken', { cause: new Error('line 3 is no YAML') }), {
      begun: false,
    });
    expect(text).toContain('It did not work: reading the playbook: broken\n    because line 3 is no YAML');
    expect(text).not.toMatch(/last lines|npm stop/);
  });
});
