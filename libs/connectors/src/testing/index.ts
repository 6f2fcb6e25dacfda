export { anEffect } from './an-effect.ts';
export { connectorSuite, type ConnectorSuite, type TestProvider } from './connector.suite.ts';
