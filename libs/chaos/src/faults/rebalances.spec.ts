import { describe, expect, it } from 'vitest';
import { membersIn } from './rebalances.ts';

const HEADING = 'GROUP                  COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS';

describe('the members of a group, as Kafka prints them', () => {
  it('are counted', () => {
    expect(
      membersIn(
        `\n${HEADING}\nsluice.route-inquiry 127.0.0.1:25742  (1)      RoundRobin           Stable               3\n`,
        'sluice.route-inquiry',
      ),
    ).toBe(3);
    expect(
      membersIn(
        `\n${HEADING}\nsluice.route-inquiry 127.0.0.1:25742  (1)      -                    PreparingRebalance   2\n`,
        'sluice.route-inquiry',
      ),
    ).toBe(2);
  });

  it('are unknown when the tool does not speak of the group', () => {
    expect(membersIn('', 'sluice.route-inquiry')).toBeNull();
    expect(
      membersIn(`${HEADING}\nsluice.route-inquiry-2 127.0.0.1:1 (1) - Empty 0`, 'sluice.route-inquiry'),
    ).toBeNull();
  });
});
