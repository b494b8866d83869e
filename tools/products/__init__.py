"""Scripts that make the sample products: geometry in millimetres from real measures, written as glTF in metres."""
