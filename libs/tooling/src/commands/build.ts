import { appNames, buildApps } from '../build/build-apps.ts';
import { root } from './checkout.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !appNames(root).includes(name));
if (unknown !== undefined) throw new Error(`building ${unknown}: there are ${appNames(root).join(', ')}`);
console.log(`built: ${(await buildApps(root, wanted.length > 0 ? { names: wanted } : {})).join(', ')}`);
