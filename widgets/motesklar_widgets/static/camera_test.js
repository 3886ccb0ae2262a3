// @ts-check
import { camera } from "./lib/equipment/checks/camera.js";
import { checkWidget } from "./lib/equipment/step_check.js";
import { media } from "./lib/media.js";

export const renderWith = checkWidget(camera);

export default { render: renderWith(media) };
