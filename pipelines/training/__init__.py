"""The scripts that made the weights in `pipelines/weights`; nothing at run time imports them."""
