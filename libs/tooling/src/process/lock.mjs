// Plain JavaScript, like identity.mjs: tools/run.mjs needs it before Node 24 and the packages are there.
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, thisProcess } from './identity.mjs';

/*
 * A lock is a folder of numbered files, of which the highest says who holds it. Whoever takes it makes the next number, which only
 * one can. A holder that was killed leaves its file: it is dead by its pid and start time, and the next number is free. Nothing is
 * ever removed that others might take for the end of the row, so that two who find a dead holder at once can't both take over.
 */
const POLL_MS = 200;
const RELEASED = { pid: 0, startedAt: '', purpose: '' };
let drafts = 0;

const numbersIn = (folder) =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);

const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Somebody has moved the row on meanwhile: the next look tells.
    return null;
  }
};

const draftIn = (folder) => join(folder, `draft-${process.pid}-${(drafts += 1)}`);

/** The number that is ours now; else who holds the lock, or null where somebody was faster. */
const tryToTake = (folder, holder) => {
  const last = numbersIn(folder).at(-1) ?? 0;
  const held = last === 0 ? RELEASED : read(join(folder, String(last)));
  if (held === null) return { heldBy: null };
  if (held.pid !== 0 && isAlive(held)) return { heldBy: held };
  const draft = draftIn(folder);
  const mine = join(folder, String(last + 1));
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, mine);
  } catch (error) {
    if (error.code === 'EEXIST') return { heldBy: null };
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const numbers = numbersIn(folder);
  if (numbers.at(-1) !== last + 1) {
    // The row had moved on and its lower end was tidied away before we linked.
    rmSync(mine, { force: true });
    return { heldBy: null };
  }
  for (const number of numbers.slice(0, -1)) rmSync(join(folder, String(number)), { force: true });
  return { number: last + 1 };
};

const release = (folder, number) => {
  // Somebody may have removed the whole state of the checkout meanwhile.
  if (!existsSync(folder)) return;
  const draft = draftIn(folder);
  writeFileSync(draft, JSON.stringify(RELEASED));
  renameSync(draft, join(folder, String(number)));
};

export const withLock = async (folder, { purpose, onWait = () => undefined, check = () => undefined }, work) => {
  mkdirSync(folder, { recursive: true });
  const holder = { ...thisProcess(), purpose };
  let toldOf = 0;
  let taken = tryToTake(folder, holder);
  for (; taken.number === undefined; taken = tryToTake(folder, holder)) {
    check();
    if (taken.heldBy && taken.heldBy.pid !== toldOf) onWait(taken.heldBy);
    toldOf = taken.heldBy?.pid ?? toldOf;
    await pause(POLL_MS);
  }
  try {
    return await work();
  } finally {
    release(folder, taken.number);
  }
};
