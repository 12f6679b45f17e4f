"""Collects garbage when nobody waits: in the middle of a repaint it would take a third of a second.

What was made until the list had been read stays for good, so it is looked through once only.
"""

import gc


class Tidying:
    """For one process, which has a high threshold for the collections that Python starts by itself."""

    def __init__(self) -> None:
        self._began = False

    def __call__(self) -> None:
        gc.collect()
        if not self._began:
            gc.freeze()
            self._began = True
