export { eventually } from './eventually.ts';
export { randomName, testInfrastructure, type TestInfrastructure } from './infrastructure.ts';
