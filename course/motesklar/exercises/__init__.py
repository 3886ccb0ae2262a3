"""Exercises: answers come in as data, nbgrader judges them."""
