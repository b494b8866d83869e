"""Products: what is for sale, read from `product.toml` beside a glTF file."""
