import { memoryStateStore } from '@sluice/stage/testing';
import { ownerFirstClaims } from './owner-first-claims.suite.ts';

ownerFirstClaims('in memory', async () => memoryStateStore());
