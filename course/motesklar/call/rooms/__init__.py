"""Small rooms of a workshop: who meets whom, who may come in, who was there."""
