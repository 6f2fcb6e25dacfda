import { TransientError } from '@sluice/kernel';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { createPostgres, type Database, type Postgres } from '../postgres.ts';
import { playbookStoreMigrations } from './playbook-migrations.ts';
import { createPlaybookSource } from './playbook-source.ts';
import { publishPlaybooks } from './publish-playbooks.ts';
import { createVersionStore, type PublishedPlaybook, type VersionStore } from './version-store.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('versions');
const ALL = { limit: 100, before: null };
const by = { author: 'ada', reason: 'because' };
let postgres: Database;
let store: VersionStore;

const content = (name: string, text: string): PublishedPlaybook => ({
  name,
  hash: `${name}-${text}`,
  document: { text },
  sources: [
    { name: 'root', text: '' },
    { name, text },
  ],
});
const files = (name: string, text: string, source = name) =>
  publishPlaybooks(postgres, {
    schema,
    playbooks: [content(name, text)],
    activations: [{ brand: '*', source, hash: `${name}-${text}` }],
  });
const inForce = async (source: string) =>
  (await createPlaybookSource(postgres, { schema, parse: (document) => document }).active({ brand: 'b', source }))
    .playbook;

beforeAll(async () => {
  postgres = createPostgres({ url });
  store = createVersionStore(postgres, schema);
  const [first, second] = playbookStoreMigrations;
  if (!first || !second) throw new Error('there are two migrations');
  // What an older build left behind.
  await migrate({ url, schema, migrations: [first] });
  await postgres.query(
    `insert into "${schema}".playbook (hash, name, document, published_at) values ('old-a', 'old', '{"text":"a"}', '2026-01-01'), ('old-b', 'old', '{"text":"b"}', '2026-01-02')`,
  );
  await postgres.query(`insert into "${schema}".activation (brand, source, hash) values ('*', 'old', 'old-b')`);
  await migrate({ url, schema, migrations: [first, second] });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

describe('versions of a playbook', () => {
  it('number what was published before they were counted', async () => {
    expect(await store.head('old')).toMatchObject({
      latest: { number: 2, hash: 'old-b' },
      active: { number: 2 },
      bindings: [{ brand: '*', source: 'old' }],
      revision: '1',
    });
    expect((await store.versions('old', ALL)).data.map(({ number, hash }) => [number, hash])).toEqual([
      [2, 'old-b'],
      [1, 'old-a'],
    ]);
  });

  it('are added one after the other, with author and reason, and the same content once more is none', async () => {
    const first = await store.add(content('a', '1'), by, 'none');
    expect(first).toMatchObject({
      kind: 'changed',
      version: 1,
      head: { active: null, revision: '1', latest: { number: 1, author: 'ada', reason: 'because' } },
    });
    expect(await store.add(content('a', '1'), by, { revision: '1' })).toMatchObject({
      kind: 'unchanged',
      version: 1,
      head: { revision: '1' },
    });
    expect(await store.add(content('a', '2'), by, { revision: '1' })).toMatchObject({
      kind: 'changed',
      version: 2,
      head: { revision: '2' },
    });
    expect(await store.version('a', 1)).toMatchObject({
      hash: 'a-1',
      document: { text: '1' },
      sources: [{ name: 'root' }, { name: 'a', text: '1' }],
    });
    expect(await store.version('a', 3)).toBeNull();
  });

  it('may be kept and in force in one change, so that of many authors one always gets through', async () => {
    await store.add(content('busy', '0'), by, 'none');
    const edit = async (text: string): Promise<number> => {
      for (let tries = 1; ; tries += 1) {
        const head = await store.head('busy');
        const result = await store.add(
          content('busy', text),
          { ...by, activate: true },
          { revision: head?.revision ?? '' },
        );
        if (result.kind === 'changed') return tries;
      }
    };
    const tries = await Promise.all(['a', 'b', 'c', 'd'].map(edit));
    expect(Math.max(...tries)).toBeLessThanOrEqual(4);
    const head = await store.head('busy');
    expect([head?.active?.number, head?.latest.number]).toEqual([5, 5]);
    expect((await store.movements('busy', 10)).map(({ kind, to }) => [kind, to])).toEqual(
      [5, 4, 3, 2].map((to) => ['activate', to]),
    );
  });

  it('are shown some at a time', async () => {
    const page = await store.versions('a', { limit: 1, before: null });
    expect([page.data.map(({ number }) => number), page.next]).toEqual([[2], 2]);
    expect(await store.versions('a', { limit: 1, before: 2 })).toMatchObject({ data: [{ number: 1 }], next: null });
  });

  it('may say again what an older one said', async () => {
    expect(await store.add(content('a', '1'), by, 'any')).toMatchObject({
      kind: 'changed',
      version: 3,
      head: { latest: { hash: 'a-1' } },
    });
  });

  it('are never changed or removed, not even by hand', async () => {
    await expect(postgres.query(`update "${schema}".version set reason = 'none' where playbook = 'a'`)).rejects.toThrow(
      'never changed or removed',
    );
    await expect(postgres.query(`delete from "${schema}".playbook where hash = 'a-1'`)).rejects.toThrow(
      'never changed or removed',
    );
  });

  it('of two authors who saw the same one, one is told', async () => {
    const { revision } = (await store.head('a')) ?? { revision: '' };
    const results = await Promise.all(['x', 'y', 'z'].map((text) => store.add(content('a', text), by, { revision })));
    expect(results.map(({ kind }) => kind).sort()).toEqual(['changed', 'conflict', 'conflict']);
    expect(await store.add(content('a', 'w'), by, 'none')).toMatchObject({ kind: 'conflict' });
  });

  it('are found by what they start from, the name itself before others', async () => {
    expect(await store.newestWith('root')).toMatchObject({ playbook: 'a' });
    await store.add(content('root', '1'), by, 'none');
    await store.add(content('a', 'later'), by, 'any');
    expect(await store.newestWith('root')).toMatchObject({ playbook: 'root' });
    expect(await store.newestWith('nothing')).toBeNull();
  });
});

describe('the pointer', () => {
  const to = (
    version: number,
    kind: 'activate' | 'rollback' = 'activate',
    bindings: { brand: string; source: string }[] = [],
  ) => store.move({ playbook: 'p', to: version, kind, bindings, ...by }, 'any');

  it('moves for everybody who has the playbook, and back, and every movement is noted', async () => {
    for (const text of ['1', '2', '3']) await store.add(content('p', text), by, 'any');
    expect(
      await to(1, 'activate', [
        { brand: '*', source: 'p-form' },
        { brand: 'b', source: 'p-mail' },
      ]),
    ).toMatchObject({
      kind: 'changed',
      head: { active: { number: 1 }, bindings: [{ source: 'p-form' }, { brand: 'b', source: 'p-mail' }] },
    });
    await to(2);
    expect(await Promise.all(['p-form', 'p-mail'].map(inForce))).toEqual([{ text: '2' }, { text: '2' }]);
    expect(await to(1, 'rollback')).toMatchObject({ kind: 'changed', head: { active: { number: 1 } } });
    expect(await Promise.all(['p-form', 'p-mail'].map(inForce))).toEqual([{ text: '1' }, { text: '1' }]);
    expect(
      (await store.movements('p', 10)).map(({ kind, from, to: end, author }) => [kind, from, end, author]),
    ).toEqual([
      ['rollback', 2, 1, 'ada'],
      ['activate', 1, 2, 'ada'],
      ['activate', null, 1, 'ada'],
    ]);
  });

  it('goes back to what was active before only, and forward to what exists only', async () => {
    expect(await to(3, 'rollback')).toMatchObject({ kind: 'no-version' });
    expect(await to(9)).toMatchObject({ kind: 'no-version', head: { active: { number: 1 } } });
    expect(await to(1)).toMatchObject({ kind: 'unchanged' });
    expect(await store.movements('p', 10)).toHaveLength(3);
  });

  it('is moved by nobody who saw an older revision', async () => {
    expect(await store.move({ playbook: 'p', to: 2, kind: 'activate', ...by }, { revision: '1' })).toMatchObject({
      kind: 'conflict',
      head: { active: { number: 1 } },
    });
  });

  it('is seen by every pod within five seconds', async () => {
    const pods = [1, 2, 3].map(() => createPlaybookSource(postgres, { schema, parse: (document) => document }));
    const seen = () =>
      Promise.all(pods.map(async (pod) => (await pod.active({ brand: 'b', source: 'p-form' })).playbook));
    expect(await seen()).toEqual([1, 2, 3].map(() => ({ text: '1' })));
    await to(2);
    await eventually(async () => expect(await seen()).toEqual([1, 2, 3].map(() => ({ text: '2' }))), { within: 5_000 });
  });

  it('is not guessed while the database is away', async () => {
    const away = createPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(
      createPlaybookSource(away, { schema, parse: (document) => document }).active({ brand: 'b', source: 'p-form' }),
    ).rejects.toBeInstanceOf(TransientError);
    await away.close();
  });

  it('is asked for again at once when the database is back', async () => {
    let isAway = true;
    const failing: Postgres = {
      ...postgres,
      query: (text, values) =>
        isAway ? Promise.reject(new TransientError('asking Postgres: no connection')) : postgres.query(text, values),
    };
    const source = createPlaybookSource(failing, { schema, parse: (document) => document });
    await expect(source.active({ brand: 'b', source: 'p-form' })).rejects.toBeInstanceOf(TransientError);
    isAway = false;
    expect((await source.active({ brand: 'b', source: 'p-form' })).playbook).toEqual({ text: '2' });
  });

  it('of many who ask at once is asked for once', async () => {
    let asked = 0;
    const counting: Postgres = {
      ...postgres,
      query: (text, values) => {
        asked += Number(text.includes('activation'));
        return postgres.query(text, values);
      },
    };
    const source = createPlaybookSource(counting, { schema, parse: (document) => document });
    await Promise.all(Array.from({ length: 50 }, () => source.active({ brand: 'b', source: 'p-form' })));
    expect(asked).toBe(1);
  });
});

describe('a deployment', () => {
  it('that this build can not read is waited for, and is no fault of what began with it', async () => {
    await files('newer', 'a');
    const parse = (): never => {
      throw new Error('there is no field "later" here');
    };
    await expect(createPlaybookSource(postgres, { schema, parse }).byHash('newer-a')).rejects.toThrow(TransientError);
  });

  it('prefers the pointer that says more, and keeps versions for ever', async () => {
    await files('d1', '1', '*');
    await files('d2', '1', 'mail');
    expect(await inForce('mail')).toEqual({ text: '1' });
    expect(
      (
        await createPlaybookSource(postgres, { schema, parse: (document) => document }).active({
          brand: 'b',
          source: 'web',
        })
      ).hash,
    ).toBe('d1-1');
    await expect(
      createPlaybookSource(postgres, { schema, parse: (document) => document }).byHash('9'.repeat(64)),
    ).rejects.toThrow('never published');
  });

  it('adds what the files say now, follows them back too, and repeated changes nothing', async () => {
    for (const text of ['1', '2', '1', '1']) expect(await files('e', text)).toEqual([]);
    expect(await inForce('e')).toEqual({ text: '1' });
    expect((await store.versions('e', ALL)).data.map(({ number }) => number)).toEqual([2, 1]);
    expect((await store.movements('e', 10)).map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [2, 1, 'deploy'],
      [1, 2, 'deploy'],
      [null, 1, 'deploy'],
    ]);
  });

  it('leaves alone what a person chose, and says so', async () => {
    await files('f', '1');
    await files('f', '2');
    await store.move({ playbook: 'f', to: 1, kind: 'rollback', ...by }, 'any');
    expect(await files('f', '3')).toEqual(['f stays at version 1, which was chosen by hand; the files are version 3']);
    expect(await inForce('f')).toEqual({ text: '1' });
  });

  it('takes no brand or source away from the playbook that a person gave it to', async () => {
    await files('g', '1');
    await store.add(content('h', '1'), by, 'any');
    await store.move({ playbook: 'h', to: 1, kind: 'activate', bindings: [{ brand: '*', source: 'g' }], ...by }, 'any');
    await files('g', '2');
    expect(await store.head('h')).toMatchObject({ bindings: [{ brand: '*', source: 'g' }] });
  });
});
