import { testInfrastructure } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { examineTopics } from './examine-topics.ts';

const addresses = { ...testInfrastructure(), redisUrl: 'redis://127.0.0.1:1' };

describe('doctor', () => {
  it('looks at the topics where Kafka answers', async () => {
    const findings = await examineTopics(addresses);
    // Whether they were deployed here is not this test's business; that each is spoken of is.
    expect(findings.length).toBeGreaterThan(0);
    for (const { what, found, mend } of findings) {
      expect(what).toBe('topics');
      expect(mend === null ? found : mend).toMatch(/as declared|npm run deploy/);
    }
  });

  it('says why Kafka does not answer', async () => {
    const findings = await examineTopics({ ...addresses, brokers: ['127.0.0.1:1'] });
    expect(findings).toEqual([
      { what: 'Kafka', found: expect.stringMatching(/^Kafka does not answer/), mend: expect.any(String) },
    ]);
  });
});
