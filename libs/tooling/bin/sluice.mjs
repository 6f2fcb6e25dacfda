#!/usr/bin/env node
// `npx sluice <command>`: the first script finds a Node that fits, says so where this one does not, and hands over.
import '../../../tools/run.mjs';
