"""Weights as published, turned into what the toolkit opens: TFLite to ONNX, face geometry to NumPy arrays."""
