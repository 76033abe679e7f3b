"""The web pages: TypeScript sources, and `build`, which makes `dist`. Imports nothing of the product."""
