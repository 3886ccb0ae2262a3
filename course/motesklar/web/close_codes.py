"""What websockets close with (RFC 6455 7.4.2: 4000 and up are ours).

Pages come back by themselves after any code but `OVER`. The sockets of kernels have codes of their
own, see `pages.messages`.
"""

OVER = 4000
COME_BACK = 4001
