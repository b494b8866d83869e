"""True lengths of a face in millimetres, each with its interval and its source."""
