export { assignOwner } from './stages/assign-owner.stage.ts';
export { noteAssignment } from './stages/note-assignment.stage.ts';
export { noteCommand } from './stages/note-command.stage.ts';
export { routeInquiry } from './stages/route-inquiry.stage.ts';
export { runClocks } from './stages/run-clocks.stage.ts';
