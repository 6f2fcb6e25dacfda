import { environmentInConfig } from './rules/environment-in-config.mjs';
import { pureDecision } from './rules/pure-decision.mjs';
import { tellingFolders } from './rules/telling-folders.mjs';
import { vendorHome } from './rules/vendor-home.mjs';
import { wholeTests } from './rules/whole-tests.mjs';

/** The house rules that no published plugin has. Each is proven by a fixture that must fail (fixtures/). */
export const houseRules = {
  rules: {
    'environment-in-config': environmentInConfig,
    'pure-decision': pureDecision,
    'telling-folders': tellingFolders,
    'vendor-home': vendorHome,
    'whole-tests': wholeTests,
  },
};
