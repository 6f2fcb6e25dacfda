import { describe, expect, it } from 'vitest';
import { membersIn } from './rebalances.ts';

const HEADING = 'GROUP                  COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS';

describe('the members of a group, as Kafka prints them', () => {
  it('are counted', () => {
    expect(
      membersIn(
        `\n${HEADING}\nsluice.follow-conversation 127.0.0.1:25742  (1)      RoundRobin           Stable               3\n`,
        'sluice.follow-conversation',
      ),
    ).toBe(3);
    expect(
      membersIn(
        `\n${HEADING}\nsluice.follow-conversation 127.0.0.1:25742  (1)      -                    PreparingRebalance   2\n`,
        'sluice.follow-conversation',
      ),
    ).toBe(2);
  });

  it('are unknown when the tool does not speak of the group', () => {
    expect(membersIn('', 'sluice.follow-conversation')).toBeNull();
    expect(
      membersIn(`${HEADING}\nsluice.follow-conversation-2 127.0.0.1:1 (1) - Empty 0`, 'sluice.follow-conversation'),
    ).toBeNull();
  });
});
