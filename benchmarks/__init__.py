"""Ours against named peers: the same work, in the same run, on this machine."""
