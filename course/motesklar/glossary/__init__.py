"""The words that a beginner meets, explained, in each language of the course."""
