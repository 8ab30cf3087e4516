"""The way out: the worker, its couriers and the mail server."""
