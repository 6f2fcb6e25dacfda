export { controlSimulators, type SimulatorControls } from './control-simulators.ts';
export type { Fault, FaultSchedule, PlannedFault } from './desk/fault-plan.ts';
export type { JournalEntry, JournalView } from './desk/journal.ts';
export type { SimulatedCompany } from './firmographics/companies.ts';
export { simulatorNames, type SimulatorName } from './start-server.ts';
export { DEMO_WEBHOOK_SECRET, startSimulators, type RunningSimulators } from './start-simulators.ts';
export { seededRandom } from './desk/seeded-random.ts';
export { blocksRefusal } from './slack/check-blocks.ts';
