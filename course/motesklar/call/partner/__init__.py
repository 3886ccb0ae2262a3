"""The automated partner: what it asks for, what it says, and what it makes of the answers."""
