"""Images: reading them from archives and folders, what they are like, which are the same.

`reading.read_images` and `reading.read_image_folder` give a `Table` with pictures. Nothing here is
imported before it is asked for, as PIL and pandas take their time.
"""
