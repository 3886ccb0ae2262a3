"""The run sheet: planned, held in a file, and led through."""
