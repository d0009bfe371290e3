"""The benchmark of ChainServe and its peers; bench/README.md says how to run and read it."""
