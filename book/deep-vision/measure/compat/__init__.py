"""COMPATIBILITY BRANCH: TensorRT 8.6, which needs a CPython 3.10 of its own and an older interface.

Nothing else is here. Delete this folder and its two mentions (``machine.py``, ``backends.py``) when TensorRT 10 or
newer can be had everywhere.
"""
