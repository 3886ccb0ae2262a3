"""Who gets what in a room: RTP and RTCP in from each member, RTP and RTCP out to each other one.

`slots` says who is shown to whom; `source` and `out` carry it out, packet by packet; `sender` and
`receiver` are the two sides of one member; `forwarding` joins them. Nothing here waits, opens a
socket or asks the time by itself.
"""
