// @ts-check
/**
 * Every number that decides a finding, with its source. The rules have no numbers of their own;
 * docs/device-tests.md lists these.
 */

// ---- sound

/** dBFS. Under it nobody understands what is said. Ours: webrtc/testrtc calls -60 too low. */
export const SPEECH_FLOOR_DBFS = -50;
/** dBFS. Under 1/32767 there is no sound at all. webrtc/testrtc `mictest.js`: silence. */
export const DIGITAL_SILENCE_DBFS = -90;
/** JSON has no infinity: silence is written as the floor of 20 bits. Ours. */
export const LOWEST_FIGURE_DBFS = -120;
/** dB that speech must rise over what is heard without it. Ours; ITU-T P.56 margin is 15.9 dB. */
export const SPEECH_RISE_DB = 10;
/** Seconds of speech that are evidence. Ours: "one, two, three". */
export const SPEECH_SECONDS = 1.5;
/** Seconds without a voice before the person is told; it may still pass after. BBB alert: 4 s. */
export const SILENCE_SECONDS = 6;
/** Rises out of quiet that make sound more than a step or a hum. Ours: three words. */
export const SPEECH_ONSETS = 3;
/**
 * dB between the quarters of what is loud. Speech swings by 6 dB and more between syllables
 * (4 Hz, Houtgast and Steeneken 1985), a hum or a fan by less than 1. Ours.
 */
export const SPEECH_SWING_DB = 2;
/** Seconds that the rules of sound look back. Ours. */
export const SOUND_WINDOW_SECONDS = 10;
/** Seconds that a loud moment of a microphone as it is counts: two looks are never quite at once. Ours. */
export const AS_IT_IS_SECONDS = 1;
/** Share of frames taken to be without speech, the quietest. Minimum statistics, Martin 2001. */
export const QUIET_SHARE = 0.1;
/** Amplitude that counts as full scale; resampling blunts tops. Ours, testrtc takes 1.0. */
export const FULL_SCALE = 0.99;
/** Samples in a row at full scale that are clipping when there are more. webrtc/testrtc: 6. */
export const CLIPPED_RUN = 6;
/** Share of the spoken time in which something clipped before it is told. Ours. */
export const CLIPPED_SHARE = 0.2;
/** dB between left and right that make a voice one-sided; testrtc compares likewise. Ours. */
export const ONE_SIDED_DB = 20;
/** dB that a test tone rises over what was there before it, to be heard by a microphone. Ours. */
export const TONE_RISE_DB = 12;
/** dBFS of a test tone that comes back in spite of echo cancelling: others hear it too. Ours. */
export const ECHO_FLOOR_DBFS = -55;

// ---- a hall: speak when the lamp is lit, be quiet when not

/** Seconds after the lamp changes that count for nobody: reaction and breath. Ours. */
export const REACTION_SECONDS = 0.7;
/** Seconds of voice in each lit turn. Ours. */
export const TURN_SPEECH_SECONDS = 0.4;
/** Share of a dark turn that may be as loud as the voice: a cough is no conversation. Ours. */
export const TURN_NOISE_SHARE = 0.25;
/** Seconds of a lit and of a dark turn, least and most: nobody else's talk follows them. Ours. */
export const LIT_SECONDS = /** @type {const} */ ([1.8, 2.4]);
export const DARK_SECONDS = /** @type {const} */ ([1.3, 2.2]);

// ---- picture

/** Mean luma (0 to 255) under which a picture is black; limited range video has black at 16. */
export const BLACK_BRIGHTNESS = 16;
/** Mean luma under which a face is hardly seen. Ours. */
export const DARK_BRIGHTNESS = 40;
/** Standard deviation of luma: a picture of something is never one flat colour. Ours. */
export const FLAT_CONTRAST = 2;
/** Seconds of a moving picture that are evidence. Ours; LiveKit looks once after 1 s. */
export const PICTURE_SECONDS = 1;
/** Seconds of nothing to see before the person is told. testrtc looks at a third of 8 s. */
export const BLACK_SECONDS = 3;
/** Seconds without a new frame, or with the very same one, that are a frozen picture. Ours. */
export const FROZEN_SECONDS = 3;
/** Frames a second under which a picture jerks; webrtc/testrtc fails under 5. Ours. */
export const SLOW_FPS = 8;
/** Seconds over which frames are counted before they are called slow. Ours. */
export const FPS_SECONDS = 2;
/** Pixels; webrtc/testrtc's smallest is 320 by 240. */
export const SMALL_WIDTH = 320;
export const SMALL_HEIGHT = 240;

// ---- devices

/** Seconds for a device that may be used to answer. BigBlueButton: gUMTimeout 20 s. */
export const DRIVER_SECONDS = 20;
/** Seconds for a person to answer the browser's question. Ours. */
export const PROMPT_SECONDS = 120;
/** Seconds over its own length that a sound may take to end. Ours. */
export const PLAY_SECONDS = 5;
/** Seconds that one hears oneself at most. Ours. */
export const HEAR_SELF_SECONDS = 30;
/** Share of a battery, not charging, that is too little for a meeting. Ours. */
export const LOW_BATTERY = 0.2;

// ---- network

/** Shares of packets lost: warning, danger, critical. BigBlueButton `settings.yml` stats.loss. */
export const LOSS_STEPS = /** @type {const} */ ([0.05, 0.1, 0.2]);
/** ms there and back: warning, danger, critical. BigBlueButton `settings.yml` stats.rtt. */
export const ROUND_TRIP_STEPS_MS = /** @type {const} */ ([500, 1000, 2000]);
/** ms of unevenness: warning, danger, critical. BigBlueButton `settings.yml` stats.jitter. */
export const JITTER_STEPS_MS = /** @type {const} */ ([10, 20, 30]);
/** Mean opinion scores under which a line is very poor, and poor. Twilio `preflight/mos.ts`. */
export const MOS_STEPS = /** @type {const} */ ([3, 3.6]);
/** kbit/s under which there is hardly any sound. Jitsi Meet `premeeting/functions.ts`. */
export const SOUND_KBPS = 8;
/** kbit/s under which there is hardly any picture. Jitsi Meet `premeeting/functions.ts`. */
export const PICTURE_KBPS = 60;
/** Share of a picture's packets lost with which there is none. Jitsi Meet, the same. */
export const PICTURE_LOSS = 0.33;
/** Share of the time that the processor held the picture back. Ours; LiveKit tells any. */
export const PROCESSOR_SHARE = 0.5;
/** Seconds that the line is measured. Ours; Twilio's preflight takes 10. */
export const LINE_SECONDS = 7;
/** Seconds at the beginning that don't count: browsers feel their way up. Ours. */
export const LINE_WARM_UP_SECONDS = 2;
/** Seconds in which each stage must have succeeded. webrtc/testrtc `conntest.js`: 5. */
export const STAGE_SECONDS = 5;
/** bit/s of the picture in a hall, where many measure over the same radio. Ours. */
export const HALL_PICTURE_BITRATE = 300_000;
/** Seconds for the server to let somebody in; it may have to start the calls first. Ours. */
export const COME_IN_SECONDS = 10;
/** Seconds after which nobody waits any longer for a place to measure. Ours. */
export const BUSY_SECONDS = 60;
/** Seconds between two tries for a place, least and most. Ours. */
export const BUSY_PAUSE_SECONDS = /** @type {const} */ ([2, 4]);
/** Seconds that a device without a network is waited for to get one. Ours. */
export const OFFLINE_SECONDS = 60;
