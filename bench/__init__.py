"""The measurements behind every figure in the documents: each file is one command."""
