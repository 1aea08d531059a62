"""What a microphone's signal is worth: level, noise, hum, clipping; and taking noise out."""
