"""Kernels forked from warm template processes."""
