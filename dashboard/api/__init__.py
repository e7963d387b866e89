"""The HTTP routes that are served beside the pages: thin over pipelines."""
