"""A help desk to try `heard` on: an invented company, its customers who keep writing, and a real HTTP API."""
