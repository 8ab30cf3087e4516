// Small comforts. Every page works without them.

import { copyAddress } from "./copy.js";
import { focusProblems } from "./problems.js";
import { warnBeforeTheEnd } from "./staying.js";
import { guessZone } from "./zone.js";

guessZone(document);
copyAddress(document);
focusProblems(document);
warnBeforeTheEnd(document);
