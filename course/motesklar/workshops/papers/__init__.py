"""What a leader prints and sends."""
