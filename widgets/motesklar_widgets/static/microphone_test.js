// @ts-check
import { microphone } from "./lib/equipment/checks/microphone.js";
import { checkWidget } from "./lib/equipment/step_check.js";
import { media } from "./lib/media.js";

export const renderWith = checkWidget(microphone);

export default { render: renderWith(media) };
