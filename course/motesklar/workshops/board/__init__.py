"""The live board: where each participant is."""
