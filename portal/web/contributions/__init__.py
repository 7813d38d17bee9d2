"""Writing notes and changes, and following what became of them."""
