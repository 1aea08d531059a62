"""All that knows the graphics driver: window, layers, shaders, flat canvas."""
