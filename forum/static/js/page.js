// Small comforts of personal pages and the desk. Every page works without them.

import { copyAddress } from "./copy.js";
import { countDown } from "./counting.js";
import { focusProblems } from "./problems.js";
import { warnBeforeTheEnd } from "./staying.js";
import { keepUnsent } from "./unsent.js";
import { wakeUp } from "./waking.js";
import { guessZone } from "./zone.js";

guessZone(document);
copyAddress(document);
focusProblems(document);
warnBeforeTheEnd(document);
keepUnsent(document);
wakeUp(document);
countDown(document);
