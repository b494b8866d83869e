import { resolve } from "node:path";
import { defineConfig } from "vite";

// Two entries: the page, and the component alone for a shop's own page under a name that does not change.
export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    sourcemap: false,
    rollupOptions: {
      input: {
        page: resolve(import.meta.dirname, "index.html"),
        room: resolve(import.meta.dirname, "room.html"),
        mirror: resolve(import.meta.dirname, "src/embed.ts"),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === "mirror" ? "try-on-mirror.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
