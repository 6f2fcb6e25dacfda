export { eventually } from './eventually.ts';
export { selfSignedCertificate } from './self-signed-certificate.ts';
export { randomName, testInfrastructure, type TestInfrastructure } from './infrastructure.ts';
