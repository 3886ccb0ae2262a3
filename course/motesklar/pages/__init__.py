"""Module pages: released notebooks rendered through Voilà, and their kernels."""
