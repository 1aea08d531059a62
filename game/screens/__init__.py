"""What lies flat over the scene: captions, notices, typed answers, self-view, cards.

All take a ``Canvas``, which follows the picture's size; call ``canvas.step()`` once a frame, and
``step(t_s)`` of those overlays that change by themselves.
"""
