import { noFailPoints } from '@sluice/kernel';
import { describe, expect, it } from 'vitest';
import { createFailPoints, failPointPlan } from './fail-points.ts';

describe('a fail point', () => {
  it('sends the signal at the planned passing of the planned point, once', () => {
    const sent: string[] = [];
    const failPoints = createFailPoints(failPointPlan.parse('after-send@2:SIGKILL'), (signal) => sent.push(signal));
    for (const point of ['after-send', 'after-fetch', 'after-send', 'after-send'] as const) {
      failPoints.at(point);
      sent.push(point);
    }
    expect(sent).toEqual(['after-send', 'after-fetch', 'SIGKILL', 'after-send', 'after-send']);
  });

  it('is off unless it is planned', () => {
    expect(createFailPoints(undefined)).toBe(noFailPoints);
  });

  it.each(['after-lunch@1:SIGKILL', 'after-send@0:SIGKILL', 'after-send@1:SIGHUP', 'after-send'])(
    'is refused when it is written like %s',
    (text) => {
      expect(failPointPlan.safeParse(text).error?.issues[0]?.message).toMatch(
        /^write <point>@<passing>:<signal>; points: after-fetch,/,
      );
    },
  );
});
