"""Media in and out: shared UDP sockets and one connection per browser, on aiortc and aioice.

The only part that knows these libraries: their private names stand in `ice.py`, `dtls.py` and
`srtp.py`, and each of them has its own contract test (tests/call/media/test_contract.py).
"""
