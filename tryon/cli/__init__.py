"""The `tryon` command, one file per subcommand."""
