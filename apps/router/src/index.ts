export { assignOwner } from './stages/assign-owner.stage.ts';
export { routeInquiry } from './stages/route-inquiry.stage.ts';
