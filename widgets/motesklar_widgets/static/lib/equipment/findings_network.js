// @ts-check
/** What the check of the network can find. "Our test broke" is never told as "your line is bad". */

import { t } from "../i18n.js";
import { fail, pass, skipped, warn } from "./finding.js";

/** @type {Record<string, import("./finding.js").Entry>} */
export const NETWORK = {
  works: () => pass(t("Your network manages both sound and picture well."), t("Go on to the next step.")),
  "udp-blocked-turn-works": () =>
    pass(
      t("Your network closes the straight way to meetings, but the way round works well."),
      t("Go on to the next step. You need not do anything."),
    ),
  "audio-only": () =>
    warn(
      t("Your network manages sound, but hardly any picture."),
      t("Keep the camera off in meetings, or move closer to the wireless router."),
      t("Keep your camera off in the meeting. The sound will be fine."),
    ),
  poor: () =>
    warn(
      t("Your network is unsteady. Sound and picture will stop now and then."),
      t("Move closer to the wireless router, or use a cable. Keep the camera off. Then press Test again."),
      t("Turn the camera off, and move closer to the wireless router."),
    ),
  "very-poor": () =>
    fail(
      t("Your network is too weak for meetings."),
      t("Change to another network, for example the one in your phone, and press Test again."),
      t("Change to another network, for example the one in your phone."),
    ),
  "no-media": () =>
    fail(
      t("Your network lets the page through, but neither sound nor picture."),
      t("Change to another network, for example the one in your phone. Tell the helpdesk at your work."),
      t("Your network stops sound and picture. Change to another network, and tell the helpdesk."),
    ),
  "websocket-blocked": () =>
    fail(
      t("Your network lets the page through, but stops the line that meetings are steered by."),
      t("Change to another network, for example the one in your phone. Tell the helpdesk at your work."),
      t("Your network stops meetings. Change to another network, and tell the helpdesk."),
    ),
  "udp-blocked": () =>
    fail(
      t("Your network closes the way that sound and picture take, and there is no way round it here."),
      t("Change to another network, for example the one in your phone. Tell the helpdesk at your work."),
      t("Your network stops sound and picture. Change to another network, and tell the helpdesk."),
    ),
  "turn-broken": () =>
    warn(
      t("Sound and picture get through here, but the way round for closed networks does not work."),
      t("Go on to the next step. Tell whoever looks after the course."),
    ),
  "vpn-or-proxy": () =>
    fail(
      t("A secure connection to your work stands in the way of sound and picture: a VPN or a proxy."),
      t("Turn off the VPN during meetings, if you may, and press Test again. Otherwise ask the helpdesk."),
      t("Turn off the secure connection to work, the VPN, and test again."),
    ),
  "cpu-limited": () =>
    warn(
      t("The network is good, but your device cannot keep up."),
      t("Close other programs and tabs, and plug in the charger. Then press Test again."),
      t("Close programs and tabs you don't need, and plug in the charger."),
    ),
  offline: () =>
    fail(
      t("Your device has no network just now."),
      t("Turn on the wireless network or plug in the cable. The test then goes on by itself."),
      t("Check that the wireless network is on, and that flight mode is off."),
    ),
  "server-away": () =>
    fail(
      t("The course does not answer just now. It is not your fault."),
      t("Wait a minute and press Test again."),
      t("The course did not answer. Wait a minute and test again."),
    ),
  busy: () =>
    warn(
      t("Many are testing just now, so we could not measure your network."),
      t("Go on, and press Test again in a minute."),
      t("Many of you test at once. Wait a minute and press Test again."),
    ),
  "test-broken": () =>
    warn(
      t("Our test broke. That says nothing about your network."),
      t("Press Test again. If it breaks again, go on and try a practice call."),
      t("Our test broke, not your network. Press Test again."),
    ),
  "no-webrtc": () =>
    fail(
      t("Your browser does not let us measure the network, and cannot hold meetings either."),
      t("Turn off shields against tracking for this page, or use another browser. Then press Test again."),
      t("Turn off shields and blockers for this page, or use another browser."),
    ),
  failed: () =>
    warn(
      t("The network could not be measured. That says nothing about your network."),
      t("Press Test again. If it breaks again, go on and try a practice call."),
      t("Our test broke, not your network. Press Test again."),
    ),
  "not-here": () =>
    skipped(
      t("You have not tested the network here."),
      t("Go on. Test it later, where you will be in meetings."),
    ),
  "not-for-me": () => skipped(t("You have chosen not to test the network."), t("Go on to the next step.")),
};
