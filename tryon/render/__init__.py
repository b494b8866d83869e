"""Drawing: one physically based renderer for GPU and CPU on EGL."""
