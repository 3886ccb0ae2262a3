"""Equipment: what people's tests of sound, picture and network have found, and who may see it."""
