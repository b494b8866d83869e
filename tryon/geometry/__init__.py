"""Shapes and index tables that no stage owns."""
