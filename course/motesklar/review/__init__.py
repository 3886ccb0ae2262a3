"""Review: who has completed what, from the gradebook."""
