"""The measurements behind every figure in the README: each file is one command."""
