// @ts-check
/**
 * Whose voice it is, in a room full of people: speak while the lamp is lit, be quiet while it is
 * dark. Only one's own voice follows the lamp; a neighbour's or a screen reader's does not. Pure.
 */

import { isVoice, quantile } from "./envelope.js";
import { rounded, SoundRule } from "./sound_rule.js";
import {
  DARK_SECONDS,
  LIT_SECONDS,
  REACTION_SECONDS,
  SPEECH_FLOOR_DBFS,
  SPEECH_RISE_DB,
  TURN_NOISE_SHARE,
  TURN_SPEECH_SECONDS,
} from "./thresholds.js";

/** @typedef {import("./sound_rule.js").SoundSample} SoundSample */
/** @typedef {import("./envelope.js").Moment} Moment */
/** @typedef {{ lit: boolean, seconds: number }} Turn */

/** Three dark turns with two lit ones between them. */
const LAMP = [false, true, false, true, false];

/**
 * Turns of lengths that nobody else can follow by chance.
 *
 * @param {() => number} [random] from 0 to 1
 * @returns {Turn[]}
 */
export function planTurns(random = Math.random) {
  return LAMP.map((lit) => {
    const [least, most] = lit ? LIT_SECONDS : DARK_SECONDS;
    return { lit, seconds: least + random() * (most - least) };
  });
}

export class TurnRule {
  /** @param {Turn[]} [plan] */
  constructor(plan = planTurns()) {
    this.plan = plan;
    /** @type {Moment[][]} what was heard in each turn, after the time to react */
    this.heard = plan.map(() => []);
    this.turn = 0;
    this.inTurn = 0;
    this.sound = new SoundRule();
  }

  /** Whether the lamp is lit now. */
  get lit() {
    return this.plan[this.turn]?.lit ?? false;
  }

  get isOver() {
    return this.turn >= this.plan.length;
  }

  /**
   * @param {SoundSample} sample
   * @param {number} seconds since the last one
   */
  add(sample, seconds) {
    if (this.isOver) return;
    this.sound.add(sample, seconds);
    this.inTurn += seconds;
    if (this.inTurn > REACTION_SECONDS) {
      this.heard[this.turn].push({ level: sample.level, seconds });
    }
    if (this.inTurn < this.plan[this.turn].seconds) return;
    this.turn += 1;
    this.inTurn = 0;
  }

  /**
   * Empty until the last turn is over.
   *
   * @returns {"" | "others-voice" | ReturnType<SoundRule["unheard"]> | ReturnType<SoundRule["heard"]>}
   */
  get finding() {
    if (!this.isOver) return "";
    if (this.turns(false).some((moments) => this.isDisturbed(moments))) return this.disturbed();
    const spoken = this.turns(true).every((moments) => this.speech(moments) >= TURN_SPEECH_SECONDS);
    return spoken ? this.sound.heard() : this.sound.unheard();
  }

  /** @returns {"others-voice" | "noisy"} a fan or a hum is nobody's voice */
  disturbed() {
    const levels = this.turns(false).flat().map(({ level }) => level);
    return isVoice(levels, SPEECH_FLOOR_DBFS) ? "others-voice" : "noisy";
  }

  /** @param {boolean} lit */
  turns(lit) {
    return this.heard.filter((_, i) => this.plan[i].lit === lit);
  }

  /** What is heard in the middle of the dark turns. */
  get quiet() {
    return quantile(this.turns(false).flat().map(({ level }) => level), 0.5);
  }

  /** Over this somebody speaks. */
  get floor() {
    return Math.max(SPEECH_FLOOR_DBFS, this.quiet + SPEECH_RISE_DB);
  }

  /** How loud the voice is while the lamp is lit. */
  get voice() {
    return quantile(this.turns(true).flat().map(({ level }) => level), 0.75);
  }

  /** @param {Moment[]} moments */
  speech(moments) {
    return sumSeconds(moments.filter(({ level }) => level > this.floor));
  }

  /**
   * Whether somebody was nearly as loud in a dark turn as in the lit ones.
   *
   * @param {Moment[]} moments
   */
  isDisturbed(moments) {
    const floor = Math.max(SPEECH_FLOOR_DBFS, this.voice - SPEECH_RISE_DB);
    const loud = moments.filter(({ level }) => level > floor);
    return sumSeconds(loud) > TURN_NOISE_SHARE * sumSeconds(moments);
  }

  get figures() {
    return {
      voice_dbfs: rounded(this.voice),
      quiet_dbfs: rounded(this.quiet),
      peak_dbfs: rounded(this.sound.peak),
    };
  }
}

/** @param {Moment[]} moments */
function sumSeconds(moments) {
  return moments.reduce((sum, { seconds }) => sum + seconds, 0);
}
