"""From behaviour blocks to joints and faces over time; knows nothing of Panda3D."""
