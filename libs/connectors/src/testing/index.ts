export { anEffect } from './an-effect.ts';
export { aCrmRecord, anEnrolment, aRow, aTicket } from './a-record.ts';
export { connectorSuite, type ConnectorSuite, type TestProvider } from './connector.suite.ts';
