"""Calls: practice alone with an automated partner, and rooms with other people."""
