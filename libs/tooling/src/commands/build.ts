import { buildApps } from '../build/build-apps.ts';
import { root } from './checkout.ts';

console.log(`built: ${(await buildApps(root)).join(', ')}`);
