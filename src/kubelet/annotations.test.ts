import { describe, expect, it } from 'vitest';
import { scriptOf } from './annotations.ts';

describe('scriptOf', () => {
  it('prefers what is said of the container', () => {
    const annotations = { 'kedge.dev/exit-code': '1', 'kedge.dev/exit-code.main': '2', other: 'x' };
    expect(scriptOf(annotations, 'main')).toEqual({ exitCode: 2 });
    expect(scriptOf(annotations, 'side')).toEqual({ exitCode: 1 });
  });

  it('reads seconds, counts and texts', () => {
    expect(
      scriptOf(
        {
          'kedge.dev/run-seconds': '1.5',
          'kedge.dev/exit-reason': 'OOMKilled',
          'kedge.dev/termination-message': 'bye',
          'kedge.dev/crash-count': '3',
          'kedge.dev/ready-delay': 'never',
          'kedge.dev/startup-delay': '4',
          'kedge.dev/liveness-fails-after': '5',
          'kedge.dev/pull-seconds': '6',
          'kedge.dev/pull-error': 'no',
          'kedge.dev/stop-seconds': '7',
          'kedge.dev/stop-exit-code': '8',
        },
        'main',
      ),
    ).toEqual({
      runFor: 1500,
      exitReason: 'OOMKilled',
      terminationMessage: 'bye',
      crashes: 3,
      readyDelay: Number.POSITIVE_INFINITY,
      startupDelay: 4000,
      livenessFailsAfter: 5000,
      pullFor: 6000,
      pullError: 'no',
      stopFor: 7000,
      stopExitCode: 8,
    });
  });

  it.each(['-1', 'x', '', '1e9', '999', '1.5'])('takes the exit code %j for none', (text) => {
    expect(scriptOf({ 'kedge.dev/exit-code': text }, 'main')).toEqual({});
  });

  it('is empty without annotations', () => {
    expect(scriptOf(undefined, 'main')).toEqual({});
  });
});
