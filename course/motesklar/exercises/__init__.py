"""Exercises: answers in, nbgrader judges."""
