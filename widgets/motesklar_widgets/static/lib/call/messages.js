// @ts-check
/**
 * Messages on the call's websocket, the same as in `call/messages.py`, where each is described.
 * Nothing runs here.
 *
 * Members are told apart by an opaque id, the same for the same person after a return. The partner
 * is a member, too.
 *
 * @typedef {"microphone" | "camera" | "screen"} Track what a member can send
 * @typedef {"gentle" | "quick"} Pace
 * @typedef {"repeat" | "skip" | "break" | "again"} Wish
 * @typedef {"greeting" | "listening" | "speaking"} PartnerState
 * @typedef {"" | "speak" | "mute" | "unmute" | "camera" | "screen" | "chat" | "hand" | "failure"} Task
 * @typedef {"speech" | "text" | "sign" | "leader" | "button"} Way
 * @typedef {"muted" | "wrong_device" | "network"} FailureKind
 *
 * @typedef {object} Member
 * @property {string} id
 * @property {string} name
 * @property {boolean} microphone
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {boolean} hand
 * @property {boolean} hall in the hall without a headset
 * @property {boolean} partner
 * @property {boolean} leader
 *
 * @typedef {{ audio: number, video: number, screen: boolean }} Shape the lines of the offer, in
 *   this order; the first of each kind also carries ours up
 *
 * @typedef {object} Limits what may be sent now, bitrates in bit/s
 * @property {number} width
 * @property {number} framerate
 * @property {number} bitrate
 * @property {number} screen_width
 * @property {number} screen_framerate
 * @property {number} screen_bitrate
 *
 * From the page:
 *
 * @typedef {{ type: "join", client_id: string, microphone: boolean, camera: boolean, hall: boolean, pace: Pace }} Join
 * @typedef {{ type: "answer", sdp: string }} Answer
 * @typedef {{ type: "text", text: string }} Text
 * @typedef {{ type: "state", microphone: boolean, camera: boolean, screen: boolean, hand: boolean, hall: boolean }} State
 * @typedef {{ type: "view", pinned: string | null, videos: string[], count: number }} View
 * @typedef {{ type: "ask", what: Wish }} Ask
 * @typedef {{ type: "heard", seconds: number }} Heard
 * @typedef {{ type: "mute", member: string }} Mute
 * @typedef {{ type: "end" }} End
 * @typedef {{ type: "leave" }} Leave
 * @typedef {{ type: "ping" }} Ping
 * @typedef {Join | Answer | Text | State | View | Ask | Heard | Mute | End | Leave | Ping} ClientMessage
 *
 * From the server:
 *
 * @typedef {{ type: "joined", room: string, kind: "practice" | "room" | "mirror", title: string, you: string, leader: boolean, shape: Shape, limits: Limits, ice_servers: RTCIceServer[], lines: Line[] }} Joined
 * @typedef {{ type: "offer", sdp: string }} Offer
 * @typedef {{ type: "members", members: Member[] }} Members
 * @typedef {{ type: "slots", audio: (string | null)[], video: (string | null)[], screen: string | null }} Slots
 * @typedef {{ type: "speaking", members: string[] }} Speaking
 * @typedef {{ type: "line", member: string, name: string, text: string }} Line
 * @typedef {{ type: "partner", state: PartnerState, line: string, caption: string, task: Task, ways: Way[], done: Partial<Record<Task, Way>> }} PartnerMessage
 * @typedef {{ type: "failure", kind: FailureKind }} Failure
 * @typedef {{ type: "repaired" }} Repaired
 * @typedef {{ type: "evidence", sound_seconds: number, picture_seconds: number, text_characters: number, tasks: Partial<Record<Task, Way>> }} EvidenceMessage
 * @typedef {{ type: "limits", limits: Limits }} LimitsMessage
 * @typedef {{ type: "muted", name: string }} Muted
 * @typedef {{ type: "notice", name: string, text: string }} Notice
 * @typedef {{ type: "quality", up_loss: number, down_loss: number, rtt_ms: number | null, jitter_ms: number }} Quality
 * @typedef {{ type: "restarting" }} Restarting
 * @typedef {{ type: "error", code: string, message: string, next_step: string }} ErrorMessage
 * @typedef {{ type: "pong" }} Pong
 * @typedef {Joined | Offer | Members | Slots | Speaking | Line | PartnerMessage | Failure | Repaired | EvidenceMessage | LimitsMessage | Muted | Notice | Quality | Restarting | ErrorMessage | Pong} ServerMessage
 */
export {};
