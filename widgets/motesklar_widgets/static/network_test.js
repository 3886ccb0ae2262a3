// @ts-check
import { network } from "./lib/equipment/checks/network.js";
import { checkWidget } from "./lib/equipment/step_check.js";
import { media } from "./lib/media.js";

export const renderWith = checkWidget(network);

export default { render: renderWith(media) };
