"""A candidate made by this program: seen by the camera, heard by the microphone, truth known.

The same baked human as the recruiters, with another identity and another voice, follows a script
of answers, gaze, smiles, nods and pauses with exact times. Perception sees and hears nothing but
its picture and its sound, so what perception says can be held against what was played.
"""
