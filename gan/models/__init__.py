"""A trained pair: what it is, how it lies on disk, and the classifiers that judge one."""
