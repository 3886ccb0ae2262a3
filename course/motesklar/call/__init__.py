"""The practice call: signalling, rooms and the automated partner on aiortc."""
