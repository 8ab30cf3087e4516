// Small comforts of the pages for everyone. Every page works without them.

import { copyAddress } from "./copy.js";
import { offerLanguage } from "./language.js";
import { guessZone } from "./zone.js";

offerLanguage(document);
guessZone(document);
copyAddress(document);
