"""Matplotlib's state for a test: figures live where the student's code draws them."""

import types


class Pyplot(types.ModuleType):
    """Stands for ``matplotlib.pyplot`` in a test cell: whatever is asked of it is asked of the student's process."""

    def __init__(self, peer):
        super().__init__("matplotlib.pyplot")
        self.__dict__["_peer"] = peer

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.__dict__["_peer"].ask("pyplot", name)
