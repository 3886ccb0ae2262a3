"""Questions, who goes to whom, and what is written in a workshop."""
