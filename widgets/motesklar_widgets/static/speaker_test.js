// @ts-check
import { speaker } from "./lib/equipment/checks/speaker.js";
import { checkWidget } from "./lib/equipment/step_check.js";
import { media } from "./lib/media.js";

export const renderWith = checkWidget(speaker);

export default { render: renderWith(media) };
