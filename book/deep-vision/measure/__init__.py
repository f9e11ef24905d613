"""Every GPU measurement of the course's last part, by one command that writes one JSON.

    PYTHONPATH=book/deep-vision python -m measure --out book/deep-vision/measurements.json

NumPy and torch suffice; ONNX Runtime and TensorRT are measured where they are installed and reported absent otherwise.
What the JSON holds: :mod:`measure.schema`. How times are taken: :mod:`measure.timing`.
"""
