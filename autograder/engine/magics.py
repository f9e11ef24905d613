"""The few IPython magics that make sense in a test cell, without IPython."""

import time

from autograder.engine.failures import NotExaminableError


class Magics:
    """What ``get_ipython()`` returns in a test cell."""

    def __init__(self, names):
        self.names = names

    def get(self):
        """Be ``get_ipython``."""
        return self

    def run_line_magic(self, name, line, _stack_depth=1):
        """Run ``%name line``."""
        if name in ("time", "timeit"):
            return self._time(line)
        if name in ("matplotlib", "config", "precision", "autoreload", "load_ext"):
            return None
        raise NotExaminableError(f"%{name} cannot be used in a test that is examined from another process")

    def run_cell_magic(self, name, line, cell):
        """Run ``%%name line`` over a cell."""
        if name in ("time", "timeit", "capture"):
            return self._time(cell)
        raise NotExaminableError(f"%%{name} cannot be used in a test that is examined from another process")

    def _time(self, source):
        from autograder.engine.testcode import Code

        start = time.process_time()
        value = Code("magic", source).run(self.names)
        print(f"CPU times: {time.process_time() - start:.3g} s")
        return value

    def __getattr__(self, name):
        raise NotExaminableError(f"get_ipython().{name} cannot be used in a test that is examined from another process")
