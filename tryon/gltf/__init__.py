"""glTF 2.0 files: read with every cap and check an upload needs, and written for sample products."""
