"""RTP and RTCP as bytes and numbers: no sockets, no clock, nothing of aiortc.

What a packet says (`packet`, `vp8`, `rtcp`), how one stream goes on where another ended
(`rewriter`), who is heard (`loudest`), what was lost and comes again (`gaps`, `history`), what
reports tell (`reception`, `clocks`), and how much a line carries (`bandwidth`, `delay`).
"""
