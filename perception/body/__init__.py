"""The upper body: shoulders, lean, hands."""
