"""The change in the organisation: accounts against the goal, and travel that was saved."""
