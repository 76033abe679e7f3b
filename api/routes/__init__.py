"""HTTP routes, a file an area. Each only reads the request, calls one front door and returns its value."""
